-- Their debits and credits.
SELECT p.entry_id, p.line_key, p.role, p.entity, p.odoo_account, p.label, p.lines, p.currency, p.debit, p.credit
FROM fact.posting AS p WHERE NOT EXISTS (SELECT 1 FROM journal_entry AS j WHERE j.entry_id = p.entry_id)
ORDER BY p.entry_id, p.line_key
