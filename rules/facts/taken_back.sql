/*
title = "How often the entries of a thing were taken back"
kind = "fact"
why = "A correction is a reversal and a new entry whose kind says so: it follows once Odoo shows the reversal, and its name counts the reversals before it, whatever the entries referred to."
reads = ["journal_entry", "odoo_move_current"]
*/
WITH reversed AS (
  SELECT j.kind, j.subject_key, regexp_replace(regexp_replace(j.entry_id, '_corrected-([0-9]+-)?payout_', '_payout_'), '_corrected-([0-9]+-)?receipt_', '_receipt_') AS entry_id
  FROM journal_entry AS j JOIN journal_entry AS r ON r.kind = 'J-20' AND r.subject_key = j.entry_id
  WHERE EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = r.entity AND m.state = 'posted' AND m.ref = r.ref)
)
SELECT kind, subject_key, entry_id, count(*) AS times, concat('corrected-', CASE WHEN count(*) > 1 THEN concat(count(*), '-') ELSE '' END) AS prefix
FROM reversed GROUP BY kind, subject_key, entry_id
