-- Odoo's taxes on sales, as the list of taxes or the journal items have them, with how many items each has.
SELECT entity AS look, name, max(rate) AS rate, min(row_no) AS row_no, 0 AS items FROM look.odoo_tax WHERE coalesce(tax_use, 'sale') = 'sale' AND active IS NOT FALSE GROUP BY entity, name
UNION
SELECT entity, tax_name, NULL, min(row_no), count(*) FROM look.odoo_journal_item WHERE tax_name IS NOT NULL AND move_type LIKE 'out_%' GROUP BY entity, tax_name
ORDER BY look, name
