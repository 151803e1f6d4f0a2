-- The companies that the extracts of Odoo name, with the file and how many rows say so.
WITH said AS (
  SELECT entity, company, currency FROM look.odoo_move UNION ALL SELECT entity, company, currency FROM look.odoo_sale_order UNION ALL SELECT entity, company, NULL FROM look.odoo_journal_item
  UNION ALL SELECT entity, company, NULL FROM look.odoo_journal UNION ALL SELECT entity, company, NULL FROM look.odoo_tax UNION ALL SELECT entity, company, currency FROM look.odoo_payment
)
SELECT entity AS look, company, currency, count(*) AS rows FROM said WHERE company <> '' GROUP BY entity, company, currency ORDER BY look, rows DESC, company, currency
