/*
title = "Failed payout is booked or at the bank"
kind = "check"
rule = "Y-03"
code = "PAYOUT_STATUS_CONFLICT"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "treasury"
why = "The processor says that the money did not go out."
suggestion = "Reverse the entry, or ask the processor."
reads = ["payout_conflict"]
needs = ["odoo_move"]
waits_for = ["bank_line"]
*/
SELECT c.entity, NULL AS store, concat(c.account, '/', c.payout_id) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, c.payout_amount AS actual, c.payout_amount AS difference, c.currency, NULL AS due_on,
  concat('The payout is ', c.status, ', and Odoo has booked it as ', c.entry_name, CASE WHEN min(c.bank_key) IS NOT NULL THEN concat('; the bank has it as ', min(c.bank_key), ' of ', CAST(min(c.booked_on) AS VARCHAR)) ELSE '' END, '.') AS cause, concat(c.file_id, ':', c.row_no) AS evidence, NULL AS candidates
FROM payout_conflict AS c
GROUP BY c.entity, c.account, c.payout_id, c.status, c.payout_amount, c.currency, c.entry_name, c.file_id, c.row_no
ORDER BY subject_key
