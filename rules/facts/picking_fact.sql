/*
title = "Transfers of Odoo to and from customers, with their order and pieces"
kind = "fact"
why = "A transfer belongs to the order that its sale order names, by the customer's reference, else by the sale order, else by its source document. It is a delivery or a receipt by its locations, else by its number; moves between the own locations are neither."
reads = ["odoo_picking_current", "odoo_stock_move_current", "sale_order_of", "order_fact"]
*/
WITH named AS (
  SELECT entity, sale_order AS name FROM odoo_picking_current UNION SELECT entity, source_document FROM odoo_picking_current
), sale AS (
  SELECT o.entity, o.name, min(o.store) AS store, min(o.order_name) AS order_name FROM named AS n JOIN sale_order_of AS o ON o.entity = n.entity AND o.name = n.name AND NOT o.is_tie GROUP BY o.entity, o.name HAVING min(o.store) = max(o.store) AND min(o.order_name) = max(o.order_name)
), picking AS (
  SELECT p.entity, p.odoo_id, p.name, p.state, CAST(p.done_at AS DATE) AS done_on, coalesce(s.store, d.store) AS store, coalesce(s.order_name, d.order_name, p.client_order_ref, p.source_document) AS order_name,
    CASE WHEN regexp_matches(lower(p.to_location), 'customer|kunde|client|klant') THEN 'out' WHEN regexp_matches(lower(p.from_location), 'customer|kunde|client|klant') THEN 'in'
         WHEN contains(p.name, '/OUT/') THEN 'out' WHEN contains(p.name, '/RET/') THEN 'in' END AS direction, p.file_id, p.row_no
  FROM odoo_picking_current AS p
  LEFT JOIN sale AS s ON s.entity = p.entity AND s.name = p.sale_order LEFT JOIN sale AS d ON d.entity = p.entity AND d.name = p.source_document
), reference AS (
  SELECT o.entity, o.order_name, min(o.store) AS store FROM (SELECT DISTINCT entity, order_name FROM picking WHERE store IS NULL) AS p JOIN order_fact AS o ON o.entity = p.entity AND o.order_name = p.order_name GROUP BY o.entity, o.order_name HAVING count(*) = 1
), piece AS (
  SELECT entity, picking, CAST(sum(demand) AS DECIMAL(18,6)) AS demand, CAST(sum(CASE WHEN state = 'done' THEN quantity ELSE 0 END) AS DECIMAL(18,6)) AS quantity
  FROM odoo_stock_move_current WHERE picking IS NOT NULL AND state <> 'cancel' GROUP BY entity, picking
)
SELECT p.entity, coalesce(p.store, r.store) AS store, p.order_name, p.odoo_id, p.name, p.direction, p.state, p.done_on, m.demand, m.quantity, p.file_id, p.row_no
FROM picking AS p LEFT JOIN reference AS r ON r.entity = p.entity AND r.order_name = p.order_name LEFT JOIN piece AS m ON m.entity = p.entity AND m.picking = p.name
WHERE coalesce(p.store, r.store) IS NOT NULL AND p.direction IS NOT NULL AND p.state <> 'cancel'
