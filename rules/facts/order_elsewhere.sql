/*
title = "Orders whose sale order or invoice stands in another company"
kind = "fact"
why = "A sale order or a posted invoice of another entity that names the order and has its amount, in whatever currency, where the order's own entity has none of the kind and the other has no order of that name, or one of another total that has a sale order of its own. Several orders or documents that fit each other are none. Of an order that has both elsewhere the sale order counts."
reads = ["order_fact", "odoo_sale_order_current", "sale_order_of", "invoice_fact"]
*/
WITH named AS (
  SELECT s.entity, 'sale order' AS kind, coalesce(s.client_order_ref, s.origin) AS ref, s.odoo_id, s.name, s.company, s.total, s.currency, s.file_id, s.row_no FROM odoo_sale_order_current AS s WHERE s.state IN ('sale', 'done')
  UNION ALL
  SELECT i.entity, 'invoice', i.ref, i.odoo_id, i.name, i.company, i.total, i.currency, i.file_id, i.row_no FROM invoice_fact AS i WHERE i.move_type <> 'out_refund' AND i.order_name IS NULL
), held AS (
  SELECT DISTINCT store, order_name FROM sale_order_of
), fitting AS (
  SELECT o.store, o.order_name, o.entity, n.kind, n.entity AS other_entity, n.odoo_id, n.name, n.company, n.total, n.currency, n.file_id, n.row_no, count(*) OVER (PARTITION BY o.store, o.order_name, n.kind) AS documents, count(*) OVER (PARTITION BY n.entity, n.kind, n.odoo_id) AS orders
  FROM order_fact AS o JOIN named AS n ON n.ref = o.order_name AND n.total = o.total AND n.entity <> o.entity
  LEFT JOIN held AS h ON h.store = o.store AND h.order_name = o.order_name AND n.kind = 'sale order'
  LEFT JOIN invoice_fact AS i ON i.store = o.store AND i.order_name = o.order_name AND i.move_type <> 'out_refund' AND n.kind = 'invoice'
  WHERE NOT o.is_void AND h.order_name IS NULL AND i.odoo_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM order_fact AS x WHERE x.entity = n.entity AND x.order_name = n.ref AND NOT (n.kind = 'sale order' AND x.total <> n.total AND EXISTS (
      SELECT 1 FROM odoo_sale_order_current AS s WHERE s.entity = x.entity AND coalesce(s.client_order_ref, s.origin) = x.order_name AND s.total = x.total AND s.currency = x.currency AND s.state IN ('sale', 'done'))))
), placed AS (
  SELECT store, order_name, entity, kind, other_entity, odoo_id, name, company, total, currency, file_id, row_no, row_number() OVER (PARTITION BY store, order_name ORDER BY kind DESC) AS place FROM fitting WHERE documents = 1 AND orders = 1
)
SELECT store, order_name, entity, kind, other_entity, odoo_id, name, company, total, currency, file_id, row_no FROM placed WHERE place = 1
