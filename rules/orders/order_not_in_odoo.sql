/*
title = "Order is not in Odoo"
kind = "check"
rule = "O-01"
code = "SO_MISSING"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "A sale that the books never see is lost revenue, tax and stock. Where the extract lacks the whole day, that is the finding; one that stands in another company is told as that (O-04)."
suggestion = "Recover the order in the connector, then export the sale orders again."
reads = ["order_fact", "odoo_sale_order_current", "watermark_fact", "odoo_gap", "order_elsewhere"]
needs = ["odoo_sale_order"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, NULL AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' of ', CAST(o.created_on AS VARCHAR), ' has no sale order in Odoo.') AS cause, concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity AND o.created_on <= w.complete_until
WHERE NOT o.is_void AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day = o.created_on) AND NOT EXISTS (
  SELECT 1 FROM odoo_sale_order_current AS s WHERE s.entity = o.entity AND coalesce(s.client_order_ref, s.origin) = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM order_elsewhere AS e WHERE e.store = o.store AND e.order_name = o.order_name AND e.kind = 'sale order')
ORDER BY subject_key
