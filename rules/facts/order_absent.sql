/*
title = "Orders that Odoo has no sale order for"
kind = "fact"
why = "A sale order names its order by the customer reference, else by the source document; a cancelled one is one too. Where the extract lacks the whole day, that is the finding; one that stands in another company is there, in the wrong place."
reads = ["order_fact", "odoo_sale_order_current", "watermark_fact", "odoo_gap", "order_elsewhere"]
*/
SELECT o.entity, o.store, o.order_name, o.created_on, o.sales_channel, o.total, o.currency, o.file_id, o.row_no, w.complete_until
FROM order_fact AS o
JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity AND o.created_on <= w.complete_until
WHERE NOT o.is_void AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day = o.created_on) AND NOT EXISTS (
  SELECT 1 FROM odoo_sale_order_current AS s WHERE s.entity = o.entity AND coalesce(s.client_order_ref, s.origin) = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM order_elsewhere AS e WHERE e.store = o.store AND e.order_name = o.order_name AND e.kind = 'sale order')
