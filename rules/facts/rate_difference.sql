/*
title = "Payments that were settled at another rate than the order's"
kind = "fact"
why = "A customer who pays in another currency is charged one amount; the shop turns it into its own by the rate of the order, the processor by its own. What is left between the two is the rate's, as long as it is small and no payment in that currency within three days, large enough to show it, was settled as it was captured."
reads = ["match_settlement_line", "settlement_line_current", "rule_parameter"]
*/
WITH foreign_line AS (
  SELECT m.entity, m.left_key, m.left_amount, m.right_amount, m.difference, m.currency, m.account, m.line_id, l.booked_on, abs(l.presentment_amount) AS presentment_amount, l.presentment_currency
  FROM match_settlement_line AS m JOIN settlement_line_current AS l ON l.account = m.account AND l.line_id = m.line_id
  WHERE l.presentment_currency <> l.currency AND l.currency = m.currency AND l.presentment_amount <> 0 AND m.left_amount > 0 AND m.right_amount > 0
), differing AS (
  SELECT f.entity, f.left_key, f.left_amount, f.right_amount, f.difference, f.currency, f.account, f.line_id, f.booked_on, f.presentment_amount, f.presentment_currency
  FROM foreign_line AS f JOIN rule_parameter AS k ON k.rule = 'X-04' AND k.name = 'percent' AND k.entity = f.entity
  WHERE f.difference <> 0 AND CAST(abs(f.difference) AS DECIMAL(28,4)) * 100 <= CAST(f.left_amount AS DECIMAL(28,4)) * CAST(k.value AS DECIMAL(9,4))
), witnessed AS (
  SELECT DISTINCT d.account, d.line_id
  FROM differing AS d JOIN foreign_line AS w ON w.account = d.account AND w.presentment_currency = d.presentment_currency AND w.currency = d.currency
  WHERE w.difference = 0 AND abs(date_diff('day', w.booked_on, d.booked_on)) <= 3 AND CAST(w.left_amount AS DECIMAL(19,4)) * CAST(abs(d.difference) AS DECIMAL(19,4)) >= CAST(d.left_amount AS DECIMAL(28,4)) * CAST(0.02 AS DECIMAL(4,2))
)
SELECT d.entity, d.left_key, d.account, d.line_id, d.left_amount, d.right_amount, d.difference, d.currency, d.presentment_amount, d.presentment_currency,
  concat(d.presentment_amount, '/', d.left_amount) AS order_rate, concat(d.presentment_amount, '/', d.right_amount) AS settled_rate
FROM differing AS d LEFT JOIN witnessed AS w ON w.account = d.account AND w.line_id = d.line_id
WHERE w.line_id IS NULL
