-- Entries line by line with the names of their accounts, newest first; below each its sums, and why it is held.
WITH held AS (
  SELECT entry_id, string_agg(detail, ' ' ORDER BY reason) AS detail FROM held_entry GROUP BY entry_id
), named AS (
  SELECT entity, code, min(name) AS name FROM odoo_account_current GROUP BY entity, code
), entry AS (
  SELECT j.entry_id, j.kind, j.entity, j.booked_on, j.journal, j.ref, CASE WHEN h.entry_id IS NOT NULL THEN 'held' WHEN x.entry_id IS NOT NULL THEN 'exported' ELSE 'prepared' END AS state, h.detail
  FROM journal_entry AS j LEFT JOIN held AS h ON h.entry_id = j.entry_id LEFT JOIN (SELECT DISTINCT entry_id FROM export_entry) AS x ON x.entry_id = j.entry_id
), told AS (
  SELECT e.*, l.role, l.odoo_account, n.name, l.label, l.debit, l.credit, l.currency, l.line_key, 0 AS place
  FROM entry AS e JOIN journal_line AS l ON l.entry_id = e.entry_id LEFT JOIN named AS n ON n.entity = l.entity AND n.code = l.odoo_account
  UNION ALL
  SELECT e.*, NULL, NULL, NULL, 'total', s.debit, s.credit, s.currency, NULL, 1
  FROM entry AS e JOIN (SELECT entry_id, currency, sum(debit) AS debit, sum(credit) AS credit FROM journal_line GROUP BY entry_id, currency) AS s ON s.entry_id = e.entry_id
)
SELECT entry_id, kind, entity, booked_on, journal, ref, role, odoo_account, name, label, debit, credit, currency, state, CASE WHEN place = 1 THEN detail END
FROM told ORDER BY booked_on DESC, entry_id, place, line_key
