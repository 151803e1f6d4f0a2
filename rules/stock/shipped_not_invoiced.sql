/*
title = "Order was sent and is not invoiced"
kind = "check"
rule = "I-06"
code = "SHIPPED_NOT_INVOICED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Goods are gone and nobody owes anything for them. An order that is paid and not invoiced is told as that (I-01), one that Odoo lacks as missing, one whose authorised payment was not captured as that (P-06)."
suggestion = "Create and post the invoice, or ask for the goods."
reads = ["order_sent", "sale_order_fact", "order_invoice", "cancel_difference", "uncaptured_order", "watermark_fact", "rule_parameter"]
needs = ["fulfillment", "odoo_sale_order", "odoo_move"]

[parameters.days]
default = "7"
meaning = "days from sending to invoice"
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' was sent on ', CAST(o.sent_on AS VARCHAR), ', is not paid, and has no posted invoice.') AS cause, o.evidence, NULL AS candidates
FROM order_sent AS o
JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.place = 1
JOIN rule_parameter AS k ON k.rule = 'I-06' AND k.name = 'days' AND k.entity = o.entity
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity AND o.sent_on + CAST(k.value AS INTEGER) <= w.complete_until
LEFT JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
WHERE o.fulfillments > 0 AND o.total > 0 AND NOT o.is_void AND NOT o.is_paid AND i.invoices IS NULL
  AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = o.store AND c.order_name = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM uncaptured_order AS u WHERE u.store = o.store AND u.order_name = o.order_name)
ORDER BY subject_key
