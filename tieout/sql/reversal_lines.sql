-- Debits and credits of an entry, exchanged.
SELECT concat(l.entry_id, '.reversal') AS entry_id, l.line_key, l.role, l.entity, l.odoo_account, concat('reversal of ', l.entry_id, ': ', l.label) AS label, l.lines, l.currency, l.credit AS debit, l.debit AS credit
FROM journal_line AS l WHERE l.entry_id = $entry_id ORDER BY l.line_key
