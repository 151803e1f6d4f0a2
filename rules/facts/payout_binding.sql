/*
title = "Rows of payout lists without ids, bound to the payouts of the lines"
kind = "fact"
why = "Account, currency, date and total first; then the only one left of that day on each side; anything else stays ambiguous."
reads = ["payout_current", "line_payout"]
*/
WITH listed AS (
  SELECT account, payout_key, currency, paid_on, amount FROM payout_current WHERE payout_id IS NULL
), lined AS (
  SELECT account, payout_id, currency, paid_on, lines_net FROM line_payout
), exact AS (
  SELECT l.account, l.payout_key, p.payout_id,
    count(*) OVER (PARTITION BY l.account, l.payout_key) AS left_ways, count(*) OVER (PARTITION BY p.account, p.payout_id) AS right_ways
  FROM listed AS l JOIN lined AS p ON p.account = l.account AND p.currency = l.currency AND p.paid_on = l.paid_on AND p.lines_net = l.amount
), first_pass AS (
  SELECT account, payout_key, payout_id FROM exact WHERE left_ways = 1 AND right_ways = 1
), rest AS (
  SELECT l.account, l.payout_key, p.payout_id,
    count(*) OVER (PARTITION BY l.account, l.payout_key) AS left_ways, count(*) OVER (PARTITION BY p.account, p.payout_id) AS right_ways
  FROM listed AS l JOIN lined AS p ON p.account = l.account AND p.currency = l.currency AND p.paid_on = l.paid_on
  WHERE NOT EXISTS (SELECT 1 FROM first_pass AS f WHERE f.account = l.account AND f.payout_key = l.payout_key)
    AND NOT EXISTS (SELECT 1 FROM first_pass AS f WHERE f.account = p.account AND f.payout_id = p.payout_id)
)
SELECT account, payout_key, payout_id, 'date and total' AS pass FROM first_pass
UNION ALL
SELECT account, payout_key, payout_id, 'only one left of the day' AS pass FROM rest WHERE left_ways = 1 AND right_ways = 1
