/*
title = "Paid order has no invoice"
kind = "check"
rule = "I-01"
code = "NOT_INVOICED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Revenue and tax are missing from the books. One that waits as a draft is told as that (I-04), one that was posted in another company, too (O-04), one whose sale order was never confirmed as that (O-01). An invoice of its amount and days under the name of another order, which has its own, is named."
suggestion = "Create and post the invoice."
reads = ["order_fact", "sale_order_fact", "order_invoice", "watermark_fact", "rule_parameter", "cancel_difference", "odoo_gap", "draft_invoice", "order_elsewhere", "invoice_astray"]
needs = ["odoo_sale_order", "odoo_move"]

[parameters.days]
default = "7"
meaning = "days from payment to invoice"
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, o.total AS difference, o.currency,
  o.paid_on + CAST(d.value AS INTEGER) AS due_on,
  concat('Order ', o.order_name, ' was paid on ', CAST(o.paid_on AS VARCHAR), ' and has a sale order but no posted invoice', CASE WHEN a.name IS NULL THEN '' ELSE concat('; invoice ', a.name, ' has its amount and days and stands at order ', a.other_name, ', which has one of its own') END, '.') AS cause, concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.place = 1
JOIN rule_parameter AS d ON d.rule = 'I-01' AND d.name = 'days' AND d.entity = o.entity
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity AND o.paid_on + CAST(d.value AS INTEGER) <= w.complete_until
LEFT JOIN invoice_astray AS a ON a.store = o.store AND a.order_name = o.order_name
LEFT JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
WHERE o.is_paid AND o.total > 0 AND i.invoices IS NULL AND coalesce(s.state, '') NOT IN ('draft', 'sent')
  AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day IN (o.created_on, o.paid_on))
  AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = o.store AND c.order_name = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM draft_invoice AS f WHERE f.store = o.store AND f.order_name = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM order_elsewhere AS e WHERE e.store = o.store AND e.order_name = o.order_name AND e.kind = 'invoice')
ORDER BY subject_key
