/*
title = "Accounts of the mapping that have another number in Odoo now"
kind = "fact"
why = "Odoo keeps an account's own id when somebody gives it another number, and shows all that ever stood on it under the new one. An account that had the mapped number in an earlier extract, has another in the last one, and no account has the old one any more."
reads = ["odoo_account", "odoo_account_current", "map_account"]
*/
SELECT m.entity, m.odoo_account, c.code AS new_code, c.name, string_agg(DISTINCT m.role, ', ' ORDER BY m.role) AS roles, min(concat(c.file_id, ':', c.row_no)) AS evidence
FROM map_account AS m JOIN odoo_account AS a ON a.entity = m.entity AND a.code = m.odoo_account
JOIN odoo_account_current AS c ON c.entity = a.entity AND c.odoo_id = a.odoo_id AND c.code <> a.code
WHERE NOT EXISTS (SELECT 1 FROM odoo_account_current AS x WHERE x.entity = m.entity AND x.code = m.odoo_account)
GROUP BY m.entity, m.odoo_account, c.code, c.name
