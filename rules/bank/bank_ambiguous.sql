/*
title = "Bank lines that have several explanations"
kind = "check"
rule = "Y-05"
code = "BANK_AMBIGUOUS"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Payouts, or groups of payouts, of one amount: guessing would prove the wrong one. One finding names all payouts and lines of the set, under the first of the lines; they raise nothing of their own. Payouts whose lines nothing tells apart (PAYOUT_AMBIGUOUS) are that finding, at the bank as well."
suggestion = "Choose with the processor reference: `tieout match confirm PAYOUT BANK_LINE`, once for every payout of the line."
reads = ["bank_line_current", "bank_tie", "payout_due", "map_bank_account", "payout_tie"]
needs = ["payout"]
waits_for = ["bank_line"]
*/
WITH line AS (
  SELECT t.tie_key, b.bank_account, b.bank_reference, b.amount, b.currency, b.booked_on, b.file_id, b.row_no, row_number() OVER (PARTITION BY t.tie_key ORDER BY b.booked_on, b.bank_account, b.bank_reference) AS place
  FROM bank_tie AS t JOIN bank_line_current AS b ON b.bank_account = t.bank_account AND b.bank_reference = t.bank_key WHERE t.side = 'line'
), payout AS (
  SELECT t.tie_key, p.account, p.payout_id, p.amount, p.paid_on, row_number() OVER (PARTITION BY t.tie_key ORDER BY p.paid_on, p.account, p.payout_id) AS place
  FROM bank_tie AS t JOIN payout_due AS p ON p.account = t.account AND p.payout_id = t.payout_id WHERE t.side = 'payout'
), lines AS (
  SELECT tie_key, count(*) AS lines, sum(amount) AS amount, min(booked_on) AS first_on, max(booked_on) AS last_on FROM line GROUP BY tie_key
), payouts AS (
  SELECT tie_key, count(*) AS payouts, sum(amount) AS amount FROM payout GROUP BY tie_key
), member AS (
  -- all of them up to a hundred of each side; the sentence has the number
  SELECT tie_key, 1 AS side, place, concat(account, '/', payout_id) AS candidate, amount FROM payout WHERE place <= 100
  UNION ALL
  SELECT tie_key, 2, place, concat(bank_account, '/', bank_reference), amount FROM line WHERE place <= 100
), listed AS (
  SELECT tie_key, concat('[', string_agg(concat('{"candidate":"', candidate, '","failed":"unique","delta":"0"}'), ',' ORDER BY side, place), ']') AS candidates FROM member GROUP BY tie_key
)
SELECT a.entity, NULL AS store, concat(f.bank_account, '/', f.bank_reference) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, CAST(l.amount AS DECIMAL(18,4)) AS actual, CAST(l.amount AS DECIMAL(18,4)) AS difference, f.currency,
  CAST(NULL AS DATE) AS due_on,
  concat(p.payouts, CASE WHEN p.payouts = 1 THEN ' payout' ELSE ' payouts' END, ' of together ', CAST(p.amount AS VARCHAR), ' would explain ', l.lines, CASE WHEN l.lines = 1 THEN ' bank line' ELSE ' bank lines' END, ' of together ', CAST(l.amount AS VARCHAR),
    CASE WHEN l.first_on = l.last_on THEN concat(' of ', CAST(l.first_on AS VARCHAR)) ELSE concat(' from ', CAST(l.first_on AS VARCHAR), ' to ', CAST(l.last_on AS VARCHAR)) END, ', and nothing tells which is whose.') AS cause,
  concat(f.file_id, ':', f.row_no) AS evidence, c.candidates
FROM line AS f
JOIN lines AS l ON l.tie_key = f.tie_key
JOIN payouts AS p ON p.tie_key = f.tie_key
JOIN listed AS c ON c.tie_key = f.tie_key
LEFT JOIN map_bank_account AS a ON a.bank_account = f.bank_account AND f.booked_on BETWEEN a.valid_from AND a.valid_to
WHERE f.place = 1 AND EXISTS (SELECT 1 FROM payout AS y WHERE y.tie_key = f.tie_key AND NOT EXISTS (SELECT 1 FROM payout_tie AS z WHERE z.account = y.account AND z.payout_id = y.payout_id))
ORDER BY subject_key
