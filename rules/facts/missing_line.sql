/*
title = "Payments that are the missing lines of a payout"
kind = "fact"
why = "A payout that is larger than its lines by what one payment of the week before comes to after a fee, and one such payment that no line settled: the report lacks that line, and the payout is the finding. So it is with several, where they are all the unsettled payments of the days whose lines are in that payout alone. `residual` is what the payout lacks for all of them."
reads = ["tender", "match_settlement_line", "payout_fact", "line_fact", "currency_unit"]
*/
WITH broken AS (
  SELECT account, payout_id, currency, paid_on, payout_amount - lines_net AS residual FROM payout_fact WHERE status = 'paid' AND payout_amount > lines_net AND foreign_lines = 0
), loose AS (
  SELECT t.subject_key, b.account, b.payout_id, t.amount, t.created_on, b.residual, 100 * coalesce(u.unit, CAST(0.01 AS DECIMAL(9,4))) AS one
  FROM broken AS b
  JOIN tender AS t ON t.account = b.account AND t.currency = b.currency AND t.created_on BETWEEN b.paid_on - 7 AND b.paid_on AND t.by_processor AND t.side = 'sale'
  LEFT JOIN currency_unit AS u ON u.currency = b.currency
  WHERE NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
), near AS (
  -- a fee takes a tenth of the payment and a unit of its currency at the most
  SELECT subject_key, account, payout_id, amount, residual, count(*) OVER (PARTITION BY subject_key) AS left_ways, count(*) OVER (PARTITION BY account, payout_id) AS right_ways
  FROM loose WHERE amount - residual BETWEEN 0 AND CAST(amount AS DECIMAL(28,4)) * CAST(0.1 AS DECIMAL(3,2)) + one
), single AS (
  SELECT subject_key, account, payout_id, amount, residual FROM near WHERE left_ways = 1 AND right_ways = 1
), day AS (
  SELECT l.account, l.booked_on AS day, min(l.payout_id) AS payout_id
  FROM line_fact AS l WHERE l.bucket = 'sale' AND l.account IN (SELECT b.account FROM broken AS b)
  GROUP BY l.account, l.booked_on HAVING min(l.payout_id) = max(l.payout_id) AND count(*) = count(l.payout_id)
), several AS (
  SELECT o.subject_key, o.account, o.payout_id, o.amount, o.residual, sum(o.amount) OVER (PARTITION BY o.account, o.payout_id) AS amounts, count(*) OVER (PARTITION BY o.account, o.payout_id) AS payments, o.one
  FROM loose AS o JOIN day AS d ON d.account = o.account AND d.day = o.created_on AND d.payout_id = o.payout_id
)
SELECT subject_key, account, payout_id, amount, residual, amount AS amounts FROM single
UNION ALL
SELECT subject_key, account, payout_id, amount, residual, amounts
FROM several AS s
WHERE payments > 1 AND amounts - residual BETWEEN 0 AND CAST(amounts AS DECIMAL(28,4)) * CAST(0.1 AS DECIMAL(3,2)) + one * payments
  AND NOT EXISTS (SELECT 1 FROM single AS x WHERE x.account = s.account AND x.payout_id = s.payout_id)
