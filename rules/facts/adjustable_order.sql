/*
title = "Orders whose sale orders can be looked at for lines of adjustment"
kind = "fact"
why = "Those of entities whose policy names such products, once lines of sale orders of the entity have landed: of the others silence says nothing."
reads = ["adjustment_product", "odoo_sale_order_line_current", "order_fact"]
*/
SELECT DISTINCT o.entity, o.store, o.order_name, o.created_on
FROM (SELECT DISTINCT p.entity, p.valid_from, p.valid_to FROM adjustment_product AS p JOIN (SELECT DISTINCT entity FROM odoo_sale_order_line_current) AS l ON l.entity = p.entity) AS e
JOIN order_fact AS o ON o.entity = e.entity AND o.created_on BETWEEN e.valid_from AND e.valid_to
