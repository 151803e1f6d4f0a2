-- Odoo's journals.
SELECT entity AS look, code, name, journal_type FROM look.odoo_journal ORDER BY look, code
