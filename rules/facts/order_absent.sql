/*
title = "Orders that Odoo has no sale order for"
kind = "fact"
why = "A cancelled sale order is one too, and so is one that may be another order's; a quotation is none of an order that was paid. Where the extract lacks the whole day, that is the finding; one that stands in another company is there, in the wrong place. What test payments alone have paid is no order (C-13)."
reads = ["order_fact", "order_transaction_current", "sale_order_of", "watermark_fact", "odoo_gap", "order_elsewhere", "odoo_sale_order_current"]
*/
WITH tested AS (
  SELECT store, order_name FROM order_transaction_current WHERE status = 'success' GROUP BY store, order_name HAVING bool_and(coalesce(is_test, FALSE))
), held AS (
  SELECT s.store, s.order_name, bool_and(coalesce(q.state, '') IN ('draft', 'sent') AND NOT coalesce(s.is_tie, FALSE)) AS is_quoted, min(q.name) AS name
  FROM sale_order_of AS s JOIN odoo_sale_order_current AS q ON q.entity = s.entity AND q.odoo_id = s.odoo_id GROUP BY s.store, s.order_name
)
SELECT o.entity, o.store, o.order_name, o.created_on, o.sales_channel, o.total, o.currency, o.file_id, o.row_no, w.complete_until, h.name AS quotation
FROM order_fact AS o
JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity AND o.created_on <= w.complete_until
LEFT JOIN held AS h ON h.store = o.store AND h.order_name = o.order_name
WHERE NOT o.is_void AND NOT EXISTS (SELECT 1 FROM tested AS t WHERE t.store = o.store AND t.order_name = o.order_name) AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day = o.created_on)
  AND (h.order_name IS NULL OR (h.is_quoted AND o.is_paid))
  AND NOT EXISTS (SELECT 1 FROM order_elsewhere AS e WHERE e.store = o.store AND e.order_name = o.order_name AND e.kind = 'sale order')
