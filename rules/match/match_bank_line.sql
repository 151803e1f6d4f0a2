/*
title = "Payouts to bank lines"
kind = "match"
rule = "Y-04"
why = "One to one first; then several payouts on one line, or one payout on several lines (Y-06). The amounts of a pair are its shares; where a person joined several, the last one has what is left over. Ambiguity stays open."
reads = ["payout_fact", "bank_line_current", "bank_pair", "bank_group"]
subject = "payout"
against = ["bank_line_current"]

[parameters.window_days]
default = "7"
meaning = "days after the payout in which a bank line without a reference may still be its own"
*/
WITH pair AS (
  SELECT account, payout_id, entity, currency, amount, bank_account, bank_key, line_amount, booked_on, file_id, row_no, pass,
    count(*) OVER (PARTITION BY account, payout_id) AS lines, count(*) OVER (PARTITION BY bank_account, bank_key) AS payouts,
    row_number() OVER (PARTITION BY account, payout_id ORDER BY bank_account DESC, bank_key DESC) AS line_place, row_number() OVER (PARTITION BY bank_account, bank_key ORDER BY account DESC, payout_id DESC) AS payout_place,
    sum(line_amount) OVER (PARTITION BY account, payout_id) AS lines_amount, sum(amount) OVER (PARTITION BY bank_account, bank_key) AS payouts_amount
  FROM bank_pair WHERE stands
), part AS (
  SELECT account, payout_id, entity, currency, bank_account, bank_key, booked_on, file_id, row_no, pass,
    CASE WHEN lines = 1 THEN amount WHEN line_place = 1 THEN amount - lines_amount + line_amount ELSE line_amount END AS left_share,
    CASE WHEN payouts = 1 THEN line_amount WHEN payout_place = 1 THEN line_amount - payouts_amount + amount ELSE amount END AS right_share,
    CASE WHEN lines > 1 THEN 'split' WHEN payouts > 1 THEN 'combined' ELSE 'pair' END AS shape
  FROM pair
  UNION ALL
  SELECT g.account, g.payout_id, p.entity, p.currency, g.bank_account, g.bank_key, b.booked_on, b.file_id, b.row_no, g.pass, g.share, g.share,
    CASE WHEN count(*) OVER (PARTITION BY g.account, g.payout_id) > 1 THEN 'split' ELSE 'combined' END
  FROM bank_group AS g
  JOIN payout_fact AS p ON p.account = g.account AND p.payout_id = g.payout_id
  JOIN bank_line_current AS b ON b.bank_account = g.bank_account AND b.bank_reference = g.bank_key
  WHERE g.ways = 1
)
SELECT concat(account, '/', payout_id) AS group_key, pass, entity, account, left_share AS amount, left_share - right_share AS difference, currency,
  'payout' AS left_kind, concat(account, '/', payout_id) AS left_key, left_share AS left_amount,
  'bank_line' AS right_kind, concat(bank_account, '/', bank_key) AS right_key, right_share AS right_amount,
  payout_id, bank_account, bank_key, booked_on, file_id, row_no, shape
FROM part
ORDER BY group_key, right_key
