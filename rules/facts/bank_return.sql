/*
title = "Bank lines that take a payout back"
kind = "fact"
why = "A payout that came to the bank and went back is one chain of two lines, and brought nothing: both name the payout and have opposite amounts; or a debit that names nothing, and that no payout explains, is the only one of its amount within fourteen days of the only such credit, and one payout has it."
reads = ["payout_due", "bank_line_current", "bank_name"]
*/
WITH line AS (
  SELECT bank_account, bank_reference AS bank_key, currency, processor, booked_on, amount FROM bank_line_current WHERE standing = 'booked' AND amount <> 0
), named AS (
  SELECT n.account, n.payout_id, l.bank_account, l.bank_key, l.currency, l.booked_on, l.amount, count(*) OVER (PARTITION BY l.bank_account, l.bank_key) AS names,
    row_number() OVER (PARTITION BY n.account, n.payout_id, l.currency, l.amount ORDER BY l.booked_on, l.bank_key) AS place
  FROM bank_name AS n JOIN line AS l ON l.bank_account = n.bank_account AND l.bank_key = n.bank_key WHERE n.strength <= 2
), by_name AS (
  SELECT c.account, c.payout_id, c.bank_account, c.bank_key, b.bank_key AS back_key, c.amount, c.booked_on, b.booked_on AS back_on
  FROM named AS c
  JOIN named AS b ON b.account = c.account AND b.payout_id = c.payout_id AND b.bank_account = c.bank_account AND b.currency = c.currency AND b.amount = - c.amount AND b.place = c.place
  JOIN payout_due AS d ON d.account = c.account AND d.payout_id = c.payout_id AND sign(d.amount) = sign(c.amount)
  WHERE c.names = 1 AND b.names = 1 AND b.booked_on >= c.booked_on
), debit AS (
  SELECT l.bank_account, l.bank_key, l.currency, l.processor, l.booked_on, l.amount, count(*) OVER (PARTITION BY l.bank_account, l.currency, l.processor, l.amount) AS alike
  FROM line AS l
  WHERE l.amount < 0 AND l.processor IS NOT NULL AND NOT EXISTS (SELECT 1 FROM named AS n WHERE n.bank_account = l.bank_account AND n.bank_key = l.bank_key)
), pair AS (
  SELECT c.bank_account, c.bank_key, b.bank_key AS back_key, c.currency, c.processor, c.amount, c.booked_on, b.booked_on AS back_on,
    count(*) OVER (PARTITION BY c.bank_account, c.bank_key) AS left_ways, count(*) OVER (PARTITION BY b.bank_account, b.bank_key) AS right_ways
  FROM debit AS b
  JOIN line AS c ON c.bank_account = b.bank_account AND c.currency = b.currency AND c.processor = b.processor AND c.amount = - b.amount AND c.booked_on BETWEEN b.booked_on - 14 AND b.booked_on
  WHERE b.alike <= 20 AND NOT EXISTS (
    SELECT 1 FROM payout_due AS d WHERE d.bank_account = b.bank_account AND d.currency = b.currency AND d.processor = b.processor AND d.amount = b.amount AND b.booked_on BETWEEN d.from_on AND d.until_on)
), owned AS (
  SELECT d.account, d.payout_id, p.bank_account, p.bank_key, p.back_key, p.amount, p.booked_on, p.back_on, n.account IS NOT NULL AS is_named,
    count(*) OVER (PARTITION BY p.bank_account, p.bank_key) AS owners
  FROM pair AS p
  LEFT JOIN named AS n ON n.bank_account = p.bank_account AND n.bank_key = p.bank_key
  JOIN payout_due AS d ON d.currency = p.currency AND d.amount = p.amount
    AND CASE WHEN n.account IS NULL THEN d.bank_account = p.bank_account AND d.processor = p.processor AND p.booked_on BETWEEN d.from_on AND d.until_on ELSE d.account = n.account AND d.payout_id = n.payout_id END
  WHERE p.left_ways = 1 AND p.right_ways = 1
)
SELECT account, payout_id, bank_account, bank_key, back_key, amount, booked_on, back_on FROM by_name
UNION ALL
SELECT o.account, o.payout_id, o.bank_account, o.bank_key, o.back_key, o.amount, o.booked_on, o.back_on
FROM owned AS o WHERE o.owners = 1 AND NOT EXISTS (SELECT 1 FROM by_name AS n WHERE n.bank_account = o.bank_account AND n.bank_key = o.bank_key)
