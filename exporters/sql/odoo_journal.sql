-- Entries that go out, line by line.
SELECT e.entry_id, e.booked_on, e.journal, e.ref, l.line_key, l.odoo_account, l.label, l.debit, l.credit, e.currency
FROM to_export AS x
JOIN journal_entry AS e ON e.entry_id = x.entry_id
JOIN journal_line AS l ON l.entry_id = e.entry_id
WHERE e.entity = $entity
ORDER BY e.booked_on, e.entry_id, l.line_key
