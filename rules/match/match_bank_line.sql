/*
title = "Payouts to bank lines"
kind = "match"
rule = "Y-04"
why = "One to one first, by reference, then by amount, currency and window; then several payouts on one line, or one payout on several lines (Y-06); a credit and its return belong to the payout that went back. The amounts of a pair are its shares; where a person joined several, the last one has what is left over. Ambiguity stays open."
reads = ["payout_due", "bank_line_current", "bank_pair", "bank_open", "bank_group", "bank_sum", "bank_return"]
subject = "payout"
against = ["bank_line_current"]

[parameters.window_days]
default = "5"
meaning = "business days after the payout in which a bank line without a reference may still be its own; it begins two business days before"
*/
WITH beside AS (
  SELECT DISTINCT account, payout_id, bank_account, bank_key FROM bank_sum WHERE is_rest AND ways = 1
), pair AS (
  SELECT account, payout_id, entity, currency, amount, bank_account, bank_key, line_amount, booked_on, file_id, row_no, pass,
    count(*) OVER (PARTITION BY account, payout_id) AS lines, count(*) OVER (PARTITION BY bank_account, bank_key) AS payouts,
    row_number() OVER (PARTITION BY account, payout_id ORDER BY bank_account DESC, bank_key DESC) AS line_place, row_number() OVER (PARTITION BY bank_account, bank_key ORDER BY account DESC, payout_id DESC) AS payout_place,
    sum(line_amount) OVER (PARTITION BY account, payout_id) AS lines_amount, sum(amount) OVER (PARTITION BY bank_account, bank_key) AS payouts_amount
  FROM bank_pair WHERE stands
), shared AS (
  SELECT p.account, p.payout_id, p.bank_account, p.bank_key, p.pass,
    CASE WHEN l.payout_id IS NOT NULL THEN p.line_amount WHEN lines = 1 THEN amount WHEN line_place = 1 THEN amount - lines_amount + line_amount ELSE line_amount END AS due,
    CASE WHEN k.bank_key IS NOT NULL THEN p.amount WHEN payouts = 1 THEN line_amount WHEN payout_place = 1 THEN line_amount - payouts_amount + amount ELSE amount END AS share
  FROM pair AS p
  LEFT JOIN (SELECT DISTINCT account, payout_id FROM beside) AS l ON l.account = p.account AND l.payout_id = p.payout_id AND p.line_amount < p.amount
  LEFT JOIN (SELECT DISTINCT bank_account, bank_key FROM beside) AS k ON k.bank_account = p.bank_account AND k.bank_key = p.bank_key AND p.line_amount > p.amount
), part AS (
  SELECT account, payout_id, bank_account, bank_key, pass, due, share, FALSE AS is_return FROM shared
  UNION ALL
  SELECT p.account, p.payout_id, l.bank_account, l.bank_key, 'amount, currency and window', p.amount, l.amount, FALSE
  FROM bank_open AS p JOIN bank_open AS l ON l.set_key = p.set_key AND l.side = 'line' WHERE p.side = 'payout' AND p.payouts = 1 AND p.lines = 1
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, pass, due, share, FALSE FROM bank_group WHERE ways = 1
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, pass, share, share, FALSE FROM bank_sum WHERE ways = 1
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, 'came and went back', amount, amount, TRUE FROM bank_return
  UNION ALL
  SELECT account, payout_id, bank_account, back_key, 'came and went back', - amount, - amount, TRUE FROM bank_return
)
SELECT concat(p.account, '/', p.payout_id) AS group_key, p.pass, d.entity, p.account, p.due AS amount, p.due - p.share AS difference, d.currency,
  'payout' AS left_kind, concat(p.account, '/', p.payout_id) AS left_key, p.due AS left_amount,
  'bank_line' AS right_kind, concat(p.bank_account, '/', p.bank_key) AS right_key, p.share AS right_amount,
  p.payout_id, p.bank_account, p.bank_key, b.booked_on, b.file_id, b.row_no,
  CASE WHEN p.is_return THEN 'returned' WHEN count(*) FILTER (WHERE NOT p.is_return) OVER (PARTITION BY p.account, p.payout_id) > 1 THEN 'split'
    WHEN count(*) OVER (PARTITION BY p.bank_account, p.bank_key) > 1 THEN 'combined' ELSE 'pair' END AS shape
FROM part AS p
JOIN payout_due AS d ON d.account = p.account AND d.payout_id = p.payout_id
JOIN bank_line_current AS b ON b.bank_account = p.bank_account AND b.bank_reference = p.bank_key
ORDER BY group_key, right_key
