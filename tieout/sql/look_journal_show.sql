-- One journal entry.
SELECT j.booked_on, j.journal, j.ref, l.role, l.odoo_account, l.label, l.debit, l.credit, l.currency FROM journal_entry AS j JOIN journal_line AS l ON l.entry_id = j.entry_id WHERE j.entry_id = $id OR j.ref = $id OR j.subject_key = $id ORDER BY j.entry_id, l.line_key
