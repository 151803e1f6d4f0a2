/*
title = "Documents that can be looked at for lines of adjustment"
kind = "fact"
why = "Those of entities whose policy names such products and whose journal items name products: of the others silence says nothing."
reads = ["adjustment_product", "odoo_journal_item_current", "odoo_move_current"]
*/
SELECT DISTINCT m.entity, m.odoo_id, m.booked_on
FROM (SELECT DISTINCT p.entity, p.valid_from, p.valid_to FROM adjustment_product AS p JOIN (SELECT DISTINCT entity FROM odoo_journal_item_current WHERE sku IS NOT NULL OR product IS NOT NULL) AS j ON j.entity = p.entity) AS e
JOIN odoo_move_current AS m ON m.entity = e.entity AND m.booked_on BETWEEN e.valid_from AND e.valid_to
