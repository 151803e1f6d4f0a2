/*
title = "Sale orders of each order"
kind = "fact"
why = "Cancelled ones do not count, nor one that is of another company's order of the same name."
reads = ["odoo_sale_order_current", "sale_order_of", "order_elsewhere"]
*/
SELECT r.store, r.order_name, o.entity, o.company, o.odoo_id, o.name, o.state, o.untaxed, o.total, o.currency, o.file_id, o.row_no,
  row_number() OVER (PARTITION BY r.store, r.order_name ORDER BY length(o.odoo_id), o.odoo_id) AS place,
  count(*) OVER (PARTITION BY r.store, r.order_name) AS orders
FROM odoo_sale_order_current AS o
JOIN sale_order_of AS r ON r.entity = o.entity AND r.odoo_id = o.odoo_id AND NOT r.is_tie
WHERE o.state <> 'cancel' AND NOT EXISTS (SELECT 1 FROM order_elsewhere AS e WHERE e.other_entity = o.entity AND e.kind = 'sale order' AND e.odoo_id = o.odoo_id)
