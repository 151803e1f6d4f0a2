/*
title = "Order stands in another company than its store"
kind = "check"
rule = "O-04"
code = "ENTITY_MISROUTED"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Revenue, tax and stock are those of a company that sold nothing, and the one that sold lacks them. It is no missing order (O-01) and no missing invoice (I-01), and the document no sale without an order. Told where it has the order's name and amount, and nothing else fits either of them."
suggestion = "Cancel or credit it there and make it again in the company of the store; correct the routing in the connector."
reads = ["order_elsewhere", "order_fact", "sale_order_fact", "watermark_fact", "rule_parameter", "odoo_gap", "cancel_difference"]
needs = ["odoo_sale_order"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' of ', CAST(o.created_on AS VARCHAR), ' belongs to ', o.entity, '; its ', e.kind, ' ', e.name, ' stands in ', e.company, ' (', e.other_entity, ')', CASE WHEN e.currency <> o.currency THEN concat(', in ', e.currency) ELSE '' END, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM order_elsewhere AS e
JOIN order_fact AS o ON o.store = e.store AND o.order_name = e.order_name
JOIN watermark_fact AS w ON w.owner_key = o.entity AND w.source = CASE WHEN e.kind = 'invoice' THEN 'odoo_move' ELSE 'odoo_sale_order' END
LEFT JOIN rule_parameter AS d ON d.rule = 'I-01' AND d.name = 'days' AND d.entity = o.entity
LEFT JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.place = 1
WHERE CASE WHEN e.kind = 'invoice' THEN o.is_paid AND o.total > 0 AND s.name IS NOT NULL AND o.paid_on + CAST(d.value AS INTEGER) <= w.complete_until AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = o.store AND c.order_name = o.order_name)
    AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day = o.paid_on) ELSE o.created_on <= w.complete_until END
  AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day = o.created_on)
ORDER BY subject_key
