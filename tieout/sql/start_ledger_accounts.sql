-- Odoo's accounts by code and name, as the list of accounts or the journal items have them.
SELECT entity AS look, code, name, max(account_type) AS account_type, min(row_no) AS row_no FROM look.odoo_account WHERE active IS NOT FALSE GROUP BY entity, code, name
UNION
SELECT i.entity, i.account_code, i.account_name, NULL, min(i.row_no) FROM look.odoo_journal_item AS i WHERE i.account_name IS NOT NULL AND i.account_code IS NOT NULL AND i.entity NOT IN (SELECT entity FROM look.odoo_account) GROUP BY i.entity, i.account_code, i.account_name
ORDER BY look, code, name
