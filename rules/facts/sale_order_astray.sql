/*
title = "Sale orders that may be another order's than the one they name"
kind = "fact"
why = "A sale order that names an order which has one of its own total besides, and that has the total and the day of one other order, which has none: somebody edited its reference. It is a likeness and pairs nothing; the finding on the order without a sale order names it, and it is no second one of the order that it names."
reads = ["order_fact", "odoo_sale_order_current", "sale_order_of"]
*/
WITH held AS (
  SELECT f.store, f.order_name, f.entity, f.odoo_id, s.name, s.total, s.currency, CAST(s.ordered_at AS DATE) AS day
  FROM sale_order_of AS f JOIN odoo_sale_order_current AS s ON s.entity = f.entity AND s.odoo_id = f.odoo_id WHERE s.state <> 'cancel'
), fitting AS (
  SELECT h.entity, h.odoo_id, h.name, h.order_name AS other_name, o.store, o.order_name, count(*) OVER (PARTITION BY h.entity, h.odoo_id) AS orders, count(*) OVER (PARTITION BY o.store, o.order_name) AS documents
  FROM held AS h JOIN order_fact AS b ON b.store = h.store AND b.order_name = h.order_name AND b.total <> h.total
  JOIN order_fact AS o ON o.entity = h.entity AND o.total = h.total AND o.currency = h.currency AND o.created_on BETWEEN h.day - 1 AND h.day + 1 AND NOT o.is_void
  WHERE EXISTS (SELECT 1 FROM held AS x WHERE x.store = h.store AND x.order_name = h.order_name AND x.odoo_id <> h.odoo_id AND x.total = b.total)
    AND NOT EXISTS (SELECT 1 FROM sale_order_of AS f WHERE f.store = o.store AND f.order_name = o.order_name)
)
SELECT entity, odoo_id, name, other_name, store, order_name FROM fitting WHERE orders = 1 AND documents = 1
