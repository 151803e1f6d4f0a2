/*
title = "How often the entries of a thing were taken back"
kind = "fact"
why = "A correction is a reversal and a new entry whose kind says so: it follows once Odoo shows the reversal, and its name counts the reversals before it."
reads = ["journal_entry", "odoo_move_current"]
*/
SELECT j.kind, j.subject_key, j.ref, count(*) AS times, concat('corrected-', CASE WHEN count(*) > 1 THEN concat(count(*), '-') ELSE '' END) AS prefix
FROM journal_entry AS j JOIN journal_entry AS r ON r.kind = 'J-20' AND r.subject_key = j.entry_id
WHERE EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = r.entity AND m.state = 'posted' AND m.ref = r.ref)
GROUP BY j.kind, j.subject_key, j.ref
