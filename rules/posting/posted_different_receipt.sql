/*
title = "Odoo's entry of a receipt is of another month"
kind = "check"
rule = "Y-12"
code = "POSTED_DIFFERENT"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "accounting"
why = "At the end of the month the payout stands on its way although the bank has it, or has arrived before the bank had it. An entry is right in the month of the bank's booking day or of its value day, and later where that month was locked."
suggestion = "Reset the entry in Odoo and give it the bank's day, or reverse it and book it again."
reads = ["match_bank_line", "payout_fact", "standing_entry", "bank_line_current", "locked_through"]
needs = ["odoo_move", "bank_line"]
*/
WITH spelled AS (
  SELECT p.entity, p.currency, m.bank_account, m.bank_key, m.booked_on, m.right_amount, m.bank_key AS ref FROM match_bank_line AS m JOIN payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id
  UNION
  SELECT p.entity, p.currency, m.bank_account, m.bank_key, m.booked_on, m.right_amount, concat(m.bank_key, ' / ', m.payout_id) FROM match_bank_line AS m JOIN payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id
), entered AS (
  SELECT s.entity, s.currency, s.bank_account, s.bank_key, s.booked_on, sum(s.right_amount) AS amount, min(e.name) AS name, min(e.booked_on) AS entered_on, min(concat(e.file_id, ':', e.row_no)) AS evidence
  FROM spelled AS s JOIN standing_entry AS e ON e.entity = s.entity AND e.ref = s.ref
  GROUP BY s.entity, s.currency, s.bank_account, s.bank_key, s.booked_on HAVING min(e.booked_on) = max(e.booked_on)
)
SELECT e.entity, NULL AS store, concat(e.bank_account, '/', e.bank_key) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(NULL AS DECIMAL(18,4)) AS actual, abs(e.amount) AS difference, e.currency, NULL AS due_on,
  concat('Entry ', e.name, ' of Odoo is dated ', CAST(e.entered_on AS VARCHAR), ', the bank booked the receipt on ', CAST(e.booked_on AS VARCHAR), '.') AS cause, concat(e.evidence, ' ', b.file_id, ':', b.row_no) AS evidence, NULL AS candidates
FROM entered AS e JOIN bank_line_current AS b ON b.bank_account = e.bank_account AND b.bank_reference = e.bank_key
LEFT JOIN locked_through AS l ON l.entity = e.entity
WHERE date_trunc('month', e.entered_on) NOT IN (date_trunc('month', e.booked_on), date_trunc('month', coalesce(b.value_on, e.booked_on))) AND NOT (e.entered_on > e.booked_on AND coalesce(l.through >= e.booked_on, FALSE))
ORDER BY subject_key
