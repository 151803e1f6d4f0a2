/*
title = "Sale orders and invoices of Odoo whose order no shop has"
kind = "fact"
why = "A reference spelled as the names of a store, with a number that is neither an order nor among the missing numbers of its series, which are a finding already; one per reference. One that has the name and the amount of another company's order, which lacks it there, stands in the wrong company: the order's finding says so. A number below all that the exports hold belongs to an older order."
reads = ["order_number", "map_store", "sales_order_current", "odoo_sale_order_current", "sale_order_of", "invoice_fact", "watermark_fact"]
*/
WITH series AS (
  SELECT m.entity, n.store, n.prefix, n.suffix, min(n.number) AS least, max(n.number) AS greatest, min(w.complete_until) AS complete_until
  FROM order_number AS n JOIN map_store AS m ON m.store = n.store AND n.created_on BETWEEN m.valid_from AND m.valid_to JOIN watermark_fact AS w ON w.source = 'sales_order' AND w.owner_key = n.store
  WHERE n.number IS NOT NULL GROUP BY m.entity, n.store, n.prefix, n.suffix
), named AS (
  SELECT s.entity, 1 AS place, 'sale order' AS kind, coalesce(s.client_order_ref, s.origin) AS ref, s.odoo_id, s.name, s.company, s.total, s.currency, CAST(s.ordered_at AS DATE) AS day, s.file_id, s.row_no
  FROM odoo_sale_order_current AS s WHERE s.state IN ('sale', 'done')
  UNION ALL
  SELECT i.entity, 2, 'invoice', i.ref, i.odoo_id, i.name, i.company, i.total, i.currency, i.invoiced_on, i.file_id, i.row_no
  FROM invoice_fact AS i WHERE i.move_type <> 'out_refund' AND i.order_name IS NULL
), elsewhere AS (
  SELECT DISTINCT n.entity, n.kind, n.odoo_id
  FROM named AS n JOIN sales_order_current AS o ON o.order_name = n.ref AND o.total = n.total
  JOIN map_store AS m ON m.store = o.store AND o.created_on BETWEEN m.valid_from AND m.valid_to AND m.entity <> n.entity
  LEFT JOIN named AS x ON x.entity = m.entity AND x.kind = n.kind AND x.ref = n.ref
  LEFT JOIN invoice_fact AS i ON i.store = o.store AND i.order_name = o.order_name AND i.move_type <> 'out_refund' AND n.kind = 'invoice'
  WHERE x.ref IS NULL AND i.odoo_id IS NULL AND NOT EXISTS (SELECT 1 FROM sale_order_of AS f WHERE f.store = o.store AND f.order_name = o.order_name AND n.kind = 'sale order')
), alone AS (
  SELECT n.entity, n.place, n.kind, n.ref, n.odoo_id, n.name, n.company, n.total, n.currency, n.day, n.file_id, n.row_no,
    regexp_extract(n.ref, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 1) AS prefix, regexp_extract(n.ref, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 3) AS suffix,
    TRY_CAST(regexp_extract(n.ref, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 2) AS BIGINT) AS number
  FROM named AS n WHERE n.ref IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_number AS o JOIN map_store AS m ON m.store = o.store AND o.created_on BETWEEN m.valid_from AND m.valid_to WHERE m.entity = n.entity AND o.order_name = n.ref)
    AND NOT EXISTS (SELECT 1 FROM sale_order_of AS f WHERE f.entity = n.entity AND f.odoo_id = n.odoo_id AND n.kind = 'sale order')
    AND NOT EXISTS (SELECT 1 FROM elsewhere AS e WHERE e.entity = n.entity AND e.kind = n.kind AND e.odoo_id = n.odoo_id)
), spelled AS (
  -- a name that is a bare number may be any other number of the customer's: it has to lie close behind the series
  SELECT a.entity, a.ref, a.kind, a.odoo_id, min(a.place) AS place
  FROM alone AS a JOIN series AS s ON s.entity = a.entity AND s.prefix = a.prefix AND s.suffix = a.suffix AND a.number >= s.least AND a.day <= s.complete_until
  WHERE s.prefix <> '' OR s.suffix <> '' OR a.number <= s.greatest + 1000
  GROUP BY a.entity, a.ref, a.kind, a.odoo_id, a.number HAVING NOT bool_or(a.number BETWEEN s.least AND s.greatest)
), ranked AS (
  SELECT a.entity, a.kind, a.ref, a.name, a.company, a.total, a.currency, a.day, a.file_id, a.row_no, row_number() OVER (PARTITION BY a.entity, a.ref ORDER BY a.place, length(a.odoo_id), a.odoo_id) AS place
  FROM alone AS a JOIN spelled AS s ON s.entity = a.entity AND s.ref = a.ref AND s.kind = a.kind AND s.odoo_id = a.odoo_id
)
SELECT entity, kind, ref, name, company, total, currency, day, file_id, row_no FROM ranked WHERE place = 1
