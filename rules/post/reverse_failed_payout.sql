/*
title = "Reversal of a failed payout"
kind = "post"
rule = "J-13"
why = "When the processor says that a payout failed after its entry went out: the money is back in the balance. Once, dated the day it is learnt. Only the bank side: fees and the rest of the entry were charged all the same. Where the processor moves the lines on to a later payout, that one books them: once none is left, the rest of the entry is taken back too."
reads = ["payout_fact", "journal_entry", "journal_line", "export_entry", "run_context"]
subject = "payout"
against = ["journal_entry"]
*/
WITH failed AS (
  SELECT p.account, p.payout_id, p.entity, p.status, p.lines, j.entry_id, j.journal, j.currency
  FROM payout_fact AS p JOIN journal_entry AS j ON j.kind = 'J-02' AND j.subject_key = concat(p.account, '/', p.payout_id)
  WHERE p.status IN ('failed', 'canceled') AND EXISTS (SELECT 1 FROM export_entry AS x WHERE x.entry_id = j.entry_id)
    AND NOT EXISTS (SELECT 1 FROM journal_entry AS r WHERE r.kind = 'J-20' AND r.subject_key = j.entry_id)
), sent AS (
  SELECT f.entry_id, l.odoo_account, l.debit - l.credit AS amount FROM failed AS f JOIN journal_line AS l ON l.entry_id = f.entry_id AND l.role = 'payouts_in_transit'
), cleared AS (
  SELECT f.entry_id, min(l.odoo_account) AS odoo_account FROM failed AS f JOIN journal_line AS l ON l.entry_id = f.entry_id AND l.role = 'clearing' GROUP BY f.entry_id
), rest AS (
  SELECT f.entry_id, l.role, l.odoo_account, l.debit - l.credit AS amount
  FROM failed AS f JOIN cleared AS c ON c.entry_id = f.entry_id JOIN journal_line AS l ON l.entry_id = f.entry_id AND l.role NOT IN ('payouts_in_transit', 'clearing')
  WHERE f.lines = 0
), side AS (
  SELECT s.entry_id, 'failed' AS what, 'payouts_in_transit' AS role, s.odoo_account, - s.amount AS amount FROM sent AS s JOIN cleared AS c ON c.entry_id = s.entry_id
  UNION ALL
  SELECT s.entry_id, 'failed', 'clearing', c.odoo_account, s.amount FROM sent AS s JOIN cleared AS c ON c.entry_id = s.entry_id
  UNION ALL
  SELECT r.entry_id, 'moved', r.role, r.odoo_account, - r.amount FROM rest AS r
  UNION ALL
  SELECT r.entry_id, 'moved', 'clearing', c.odoo_account, sum(r.amount) FROM rest AS r JOIN cleared AS c ON c.entry_id = r.entry_id GROUP BY r.entry_id, c.odoo_account
)
SELECT concat('tieout.', r.environment, '_', f.entity, '_', s.what, '_', regexp_replace(substr(f.entry_id, length(concat('tieout.', r.environment, '_', f.entity, '_')) + 1), '^payout_', '')) AS entry_id, 'J-13' AS pattern, f.entity, f.account,
  'payout' AS subject_kind, concat(f.account, '/', f.payout_id) AS subject_key, r.as_of AS booked_on, f.journal, concat(f.payout_id, ' ', s.what) AS ref, f.currency, s.role AS line_key, s.role, s.odoo_account,
  concat(f.payout_id, ' ', f.status, CASE s.what WHEN 'moved' THEN ', lines moved on' ELSE '' END, ', reverses ', f.entry_id) AS label, CAST(1 AS BIGINT) AS lines,
  CASE WHEN s.amount > 0 THEN s.amount ELSE 0 END AS debit, CASE WHEN s.amount < 0 THEN - s.amount ELSE 0 END AS credit
FROM failed AS f JOIN side AS s ON s.entry_id = f.entry_id CROSS JOIN run_context AS r
ORDER BY entry_id, line_key
