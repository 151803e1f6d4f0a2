-- The companies that the extracts of Odoo name, with the file and how many rows say so; `own` of those whose total is the same in the currency of the books, `foreign` of those where it is another.
WITH said AS (
  SELECT entity, company, currency, abs(total_signed) = total AS same FROM look.odoo_move WHERE total IS DISTINCT FROM 0
  UNION ALL SELECT entity, company, currency, NULL FROM look.odoo_sale_order UNION ALL SELECT entity, company, NULL, NULL FROM look.odoo_journal_item
  UNION ALL SELECT entity, company, NULL, NULL FROM look.odoo_journal UNION ALL SELECT entity, company, NULL, NULL FROM look.odoo_tax UNION ALL SELECT entity, company, currency, NULL FROM look.odoo_payment
)
SELECT entity AS look, company, currency, count(*) AS rows, count(*) FILTER (same) AS own, count(*) FILTER (NOT same) AS foreign
FROM said WHERE company <> '' GROUP BY entity, company, currency ORDER BY look, rows DESC, company, currency
