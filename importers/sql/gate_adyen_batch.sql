-- Adyen: one merchant account per file, net = gross × rate − costs, and all rows of a batch and currency sum to zero.
WITH cell AS (
  SELECT row_no, "merchant account" AS merchant, "batch number" AS batch, upper(trim("net currency")) AS currency, upper(trim("gross currency")) AS gross_currency,
    coalesce(amount_text("net credit (nc)"), 0) - coalesce(amount_text("net debit (nc)"), 0) AS net,
    coalesce(amount_text("gross credit (gc)"), 0) - coalesce(amount_text("gross debit (gc)"), 0) AS gross,
    coalesce(amount_text("commission (nc)"), 0) + coalesce(amount_text("markup (nc)"), 0) + coalesce(amount_text("scheme fees (nc)"), 0) + coalesce(amount_text("interchange (nc)"), 0) AS costs,
    CASE WHEN regexp_full_match(trim("exchange rate"), '[0-9]{1,9}(\.[0-9]{1,15})?') THEN TRY_CAST(trim("exchange rate") AS DECIMAL(26,15)) END AS rate
  FROM stage.raw
), summed AS (
  SELECT batch, currency, sum(net) AS total, max(row_no) AS row_no FROM cell GROUP BY batch, currency
), fault AS (
  SELECT row_no, 'Merchant Account' AS name, 'the report holds more than one merchant account: order it per merchant account' AS what
  FROM cell WHERE merchant <> (SELECT min(merchant) FROM cell)
  UNION ALL
  SELECT row_no, 'Net Credit (NC)', concat('net is stated as ', net, ', gross and costs make ', at_unit(CAST(gross AS DECIMAL(19,4)) * CAST(rate AS DECIMAL(19,8)) - costs, currency))
  FROM cell WHERE gross <> 0 AND rate IS NOT NULL
    AND abs(CAST(gross AS DECIMAL(19,4)) * CAST(rate AS DECIMAL(19,8)) - costs - net) > CASE WHEN gross_currency = currency AND rate = 1 THEN 0 ELSE unit_of(currency) + abs(gross) * CAST(0.00001 AS DECIMAL(6,5)) END
  UNION ALL
  SELECT row_no, 'Net Credit (NC)', concat('the rows of batch ', batch, ' in ', currency, ' sum to ', total, ' instead of zero') FROM summed WHERE total <> 0
)
SELECT row_no, name, what FROM fault ORDER BY row_no, name LIMIT 1
