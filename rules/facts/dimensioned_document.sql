/*
title = "Documents that can be looked at for analytic dimensions"
kind = "fact"
why = "Those of entities of which items on accounts that need a dimension have landed, with the column: of the others silence says nothing."
reads = ["analytic_item", "odoo_move_current"]
*/
SELECT m.entity, m.odoo_id, m.booked_on FROM (SELECT DISTINCT entity FROM analytic_item) AS e JOIN odoo_move_current AS m ON m.entity = e.entity
