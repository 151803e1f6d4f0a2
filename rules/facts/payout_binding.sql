/*
title = "Rows of payout lists without ids, bound to the payouts of the lines"
kind = "fact"
why = "Account, currency, date and total first; then the only one left of that day on each side. A row that failed, and whose lines have all moved on, belongs to the payout that our entry of that day and total booked. Several rows of a day whose lines nothing tells apart are one payout of that day together. Anything else stays ambiguous."
reads = ["payout_current", "line_payout", "journal_entry", "journal_line"]
*/
WITH listed AS (
  SELECT account, payout_key, currency, paid_on, amount, status FROM payout_current WHERE payout_id IS NULL
), lined AS (
  SELECT account, payout_id, currency, paid_on, lines_net, status FROM line_payout
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
), second_pass AS (
  SELECT account, payout_key, payout_id FROM rest WHERE left_ways = 1 AND right_ways = 1
), booked AS (
  SELECT DISTINCT j.account, j.ref AS payout_id, j.currency, j.booked_on AS paid_on, n.debit - n.credit AS amount
  FROM journal_entry AS j JOIN journal_line AS n ON n.entry_id = j.entry_id AND n.role = 'payouts_in_transit'
  WHERE j.kind = 'J-02' AND NOT EXISTS (SELECT 1 FROM lined AS p WHERE p.account = j.account AND p.payout_id = j.ref)
), moved AS (
  SELECT l.account, l.payout_key, b.payout_id,
    count(*) OVER (PARTITION BY l.account, l.payout_key) AS left_ways, count(*) OVER (PARTITION BY b.account, b.payout_id) AS right_ways
  FROM listed AS l JOIN booked AS b ON b.account = l.account AND b.currency = l.currency AND b.paid_on = l.paid_on AND b.amount = l.amount
  WHERE l.status IN ('failed', 'canceled')
    AND NOT EXISTS (SELECT 1 FROM first_pass AS f WHERE f.account = l.account AND f.payout_key = l.payout_key)
    AND NOT EXISTS (SELECT 1 FROM second_pass AS f WHERE f.account = l.account AND f.payout_key = l.payout_key)
), bound AS (
  SELECT account, payout_key, payout_id, 'date and total' AS pass FROM first_pass
  UNION ALL
  SELECT account, payout_key, payout_id, 'only one left of the day' FROM second_pass
  UNION ALL
  SELECT account, payout_key, payout_id, 'the entry of a payout without lines' FROM moved WHERE left_ways = 1 AND right_ways = 1
), together AS (
  SELECT l.account, l.payout_key, p.payout_id, count(*) OVER (PARTITION BY l.account, l.payout_key) AS left_ways
  FROM listed AS l JOIN lined AS p ON p.account = l.account AND p.currency = l.currency AND p.paid_on = l.paid_on AND (p.status IN ('failed', 'canceled')) = (l.status IN ('failed', 'canceled'))
  WHERE NOT EXISTS (SELECT 1 FROM bound AS b WHERE b.account = l.account AND b.payout_key = l.payout_key)
    AND NOT EXISTS (SELECT 1 FROM bound AS b WHERE b.account = p.account AND b.payout_id = p.payout_id)
)
SELECT account, payout_key, payout_id, pass FROM bound
UNION ALL
SELECT account, payout_key, payout_id, 'all rows of the day together' FROM together WHERE left_ways = 1
