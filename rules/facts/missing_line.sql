/*
title = "Payments that are the missing line of a payout"
kind = "fact"
why = "A payout that is larger than its lines by what one payment of the week before comes to after a fee, and one such payment that no line settled: the report lacks that line, and the payout is the finding."
reads = ["tender", "match_settlement_line", "payout_fact", "currency_unit"]
*/
WITH broken AS (
  SELECT account, payout_id, currency, paid_on, payout_amount - lines_net AS residual FROM payout_fact WHERE status = 'paid' AND payout_amount > lines_net AND foreign_lines = 0
), near AS (
  -- a fee takes a tenth of the payment and a unit of its currency at the most
  SELECT t.subject_key, b.account, b.payout_id, t.amount, b.residual, count(*) OVER (PARTITION BY t.subject_key) AS left_ways, count(*) OVER (PARTITION BY b.account, b.payout_id) AS right_ways
  FROM broken AS b
  JOIN tender AS t ON t.account = b.account AND t.currency = b.currency AND t.created_on BETWEEN b.paid_on - 7 AND b.paid_on AND t.by_processor AND t.side = 'sale'
  LEFT JOIN currency_unit AS u ON u.currency = b.currency
  WHERE t.amount - b.residual BETWEEN 0 AND CAST(t.amount AS DECIMAL(28,4)) * CAST(0.1 AS DECIMAL(3,2)) + 100 * coalesce(u.unit, CAST(0.01 AS DECIMAL(9,4))) AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
)
SELECT subject_key, account, payout_id, amount, residual FROM near WHERE left_ways = 1 AND right_ways = 1
