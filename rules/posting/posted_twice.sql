/*
title = "Payout is in Odoo twice"
kind = "check"
rule = "Y-12"
code = "POSTED_TWICE"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "The clearing account is credited twice."
suggestion = "Reverse one of the entries."
reads = ["payout_fact", "payout_entry"]
needs = ["odoo_move"]
*/
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.payout_amount AS expected, p.payout_amount * e.entries AS actual, p.payout_amount * (e.entries - 1) AS difference, p.currency, NULL AS due_on,
  concat('Odoo has ', e.entries, ' posted entries with reference ', p.payout_id, '.') AS cause, concat(e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id
WHERE e.entries > 1
ORDER BY subject_key
