/*
title = "The fee that the schedule gives for every line that it speaks of"
kind = "fact"
why = "Per cent of the gross, rounded half away from zero to the decimals of its currency, and the fixed part. The method says of what: `card` of sales, `refund` of refunds (below zero where a fee is given back), `chargeback` of disputes, `fee_tax` of the fee itself. A fee of a dispute that stands alone has no amount that a per cent could be of. The row of the card's origin comes before the row of every origin, the later one before the earlier. This is the only place where the rules round."
reads = ["line_fact", "map_fee_schedule", "currency_unit"]
*/
WITH line AS (
  SELECT account, line_id, currency, card_origin, booked_on, abs(gross) AS size,
    CASE WHEN bucket = 'sale' AND gross > 0 THEN 'card' WHEN bucket = 'refund' AND gross < 0 THEN 'refund' WHEN bucket = 'dispute' AND gross < 0 AND fee < 0 THEN 'chargeback' WHEN bucket = 'dispute_fee' AND gross + fee < 0 THEN 'chargeback alone' END AS method
  FROM line_fact
  UNION ALL
  SELECT account, line_id, currency, card_origin, booked_on, - fee, 'fee_tax' FROM line_fact WHERE fee <> 0 OR fee_tax <> 0
), exact AS (
  SELECT l.account, l.line_id, l.currency, s.method, s.card_origin, s.valid_from, s.fixed, CAST(l.size AS DECIMAL(30,4)) * s.percent * CAST(0.01 AS DECIMAL(3,2)) AS share
  FROM line AS l
  JOIN map_fee_schedule AS s ON s.account = l.account AND s.currency = l.currency AND l.booked_on BETWEEN s.valid_from AND s.valid_to AND (s.card_origin IS NULL OR s.card_origin = l.card_origin)
    AND s.method = CASE WHEN l.method = 'chargeback alone' THEN 'chargeback' ELSE l.method END AND (l.method <> 'chargeback alone' OR s.percent = 0)
  WHERE l.method IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY l.account, l.line_id, s.method ORDER BY s.card_origin NULLS LAST, s.valid_from DESC) = 1
)
SELECT e.account, e.line_id, e.currency, e.method, concat(e.card_origin, ' ', CAST(e.valid_from AS VARCHAR)) AS schedule,
  -- each branch has the same type: of different scales the least would be taken
  CAST(CASE coalesce(u.decimals, 2) WHEN 0 THEN CAST(round(e.share, 0) AS DECIMAL(18,4)) WHEN 3 THEN CAST(round(e.share, 3) AS DECIMAL(18,4))
    WHEN 4 THEN CAST(round(e.share, 4) AS DECIMAL(18,4)) ELSE CAST(round(e.share, 2) AS DECIMAL(18,4)) END + e.fixed AS DECIMAL(18,4)) AS fee
FROM exact AS e
LEFT JOIN currency_unit AS u ON u.currency = e.currency
