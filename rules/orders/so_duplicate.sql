/*
title = "Two sale orders for one order"
kind = "check"
rule = "O-03"
code = "SO_DUPLICATE"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The second one ships and invoices again. One that may be that of another order, which has none, is named there (O-01)."
suggestion = "Cancel the later sale order; check stock and invoices."
reads = ["order_fact", "sale_order_fact", "sale_order_astray"]
needs = ["odoo_sale_order"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, sum(s.total) AS actual,
  sum(CASE WHEN s.place > 1 THEN s.total ELSE 0 END) AS difference, o.currency, NULL AS due_on,
  concat('Odoo holds ', count(*), ' sale orders for ', o.order_name, ': ', string_agg(s.name, ', ' ORDER BY s.place), '.') AS cause,
  string_agg(concat(s.file_id, ':', s.row_no), ' ' ORDER BY s.place) AS evidence, NULL AS candidates
FROM order_fact AS o JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name
WHERE s.orders > 1 AND NOT EXISTS (SELECT 1 FROM sale_order_astray AS a WHERE a.entity = s.entity AND a.odoo_id = s.odoo_id)
GROUP BY o.entity, o.store, o.order_name, o.total, o.currency HAVING count(*) > 1
ORDER BY subject_key
