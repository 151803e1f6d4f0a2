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
reads = ["payout_fact", "payout_entry", "odoo_move_current"]
needs = ["odoo_move"]
*/
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, p.payout_amount AS actual, p.payout_amount AS difference, p.currency, NULL AS due_on,
  concat('The payout is ', p.status, ', and Odoo has booked it as ', e.entry_name, '.') AS cause, concat(e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id
WHERE p.status IN ('failed', 'canceled')
  AND NOT EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = p.entity AND m.state = 'posted' AND m.ref = concat(p.payout_id, ' failed'))
ORDER BY subject_key
