-- Entries line by line, newest first.
WITH held AS (
  SELECT entry_id, string_agg(detail, ' ' ORDER BY reason) AS detail FROM held_entry GROUP BY entry_id
)
SELECT j.entry_id, j.kind, j.entity, j.booked_on, j.journal, j.ref, l.role, l.odoo_account, l.label, l.debit, l.credit, l.currency,
  CASE WHEN h.entry_id IS NOT NULL THEN 'held' WHEN x.entry_id IS NOT NULL THEN 'exported' ELSE 'prepared' END, h.detail
FROM journal_entry AS j JOIN journal_line AS l ON l.entry_id = j.entry_id LEFT JOIN held AS h ON h.entry_id = j.entry_id LEFT JOIN (SELECT DISTINCT entry_id FROM export_entry) AS x ON x.entry_id = j.entry_id
ORDER BY j.booked_on DESC, j.entry_id, l.line_key
