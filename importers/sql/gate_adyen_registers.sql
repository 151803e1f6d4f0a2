-- Adyen payment accounting: rows of one currency whose captured and payable amounts and costs do not sum to zero.
-- What is settled or refunded leaves the captured register for the payable one. A chargeback is taken from the payable balance alone: where nothing stands under captured, nothing is to be compared.
WITH cell AS (
  SELECT row_no, coalesce(amount_text("captured (pc)"), 0) AS captured, coalesce(amount_text("payable (sc)"), 0) AS payable,
    coalesce(amount_text("commission (sc)"), 0) + coalesce(amount_text("markup (sc)"), 0) + coalesce(amount_text("scheme fees (sc)"), 0) + coalesce(amount_text("interchange (sc)"), 0) AS costs
  FROM stage.raw
  WHERE upper("payment currency") = upper("settlement currency")     AND (lower(trim("record type")) IN ('settled', 'refunded') OR (lower(trim("record type")) IN ('chargeback', 'chargebackreversed') AND NOT blank_text("captured (pc)")))
)
SELECT row_no, 'Payable (SC)' AS name, concat('captured ', captured, ', payable ', payable, ' and costs ', costs, ' do not sum to zero') AS what
FROM cell WHERE captured + payable + costs <> 0 ORDER BY row_no LIMIT 1
