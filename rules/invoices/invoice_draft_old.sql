/*
title = "Invoice of a paid order is still a draft"
kind = "check"
rule = "I-04"
code = "INVOICE_DRAFT_OLD"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "A draft is in no balance: revenue and tax are missing from the books, which is told here and not as a missing invoice (I-01). Beside a posted invoice of the whole order it is left over, and would count the sale twice once somebody posts it."
suggestion = "Post the draft; delete it where the order is invoiced already."
reads = ["draft_invoice", "order_fact", "sale_order_fact", "order_invoice", "watermark_fact", "rule_parameter", "cancel_difference", "odoo_gap"]
needs = ["odoo_sale_order", "odoo_move"]

[parameters.days]
default = "14"
meaning = "days that a draft may stand beside a posted invoice; a paid order without one waits as long as I-01 allows"
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, CASE WHEN i.invoices IS NULL THEN o.total ELSE 0 END AS expected, CASE WHEN i.invoices IS NULL THEN 0 ELSE d.total END AS actual,
  CASE WHEN i.invoices IS NULL THEN o.total ELSE d.total END AS difference, o.currency, CASE WHEN i.invoices IS NULL THEN o.paid_on + CAST(m.value AS INTEGER) ELSE d.booked_on + CAST(k.value AS INTEGER) END AS due_on,
  concat('Order ', o.order_name, ' was paid on ', CAST(o.paid_on AS VARCHAR), CASE WHEN i.invoices IS NULL THEN ' and its invoice is still a draft' ELSE ' and is invoiced; another draft is left over' END, ' (database id ', d.odoo_ids, ', ', CAST(d.total AS VARCHAR), ' of ', CAST(d.booked_on AS VARCHAR), ').') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', d.evidence) AS evidence, NULL AS candidates
FROM draft_invoice AS d
JOIN order_fact AS o ON o.store = d.store AND o.order_name = d.order_name
JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.place = 1
JOIN rule_parameter AS k ON k.rule = 'I-04' AND k.name = 'days' AND k.entity = o.entity
JOIN rule_parameter AS m ON m.rule = 'I-01' AND m.name = 'days' AND m.entity = o.entity
LEFT JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity AND CASE WHEN i.invoices IS NULL THEN o.paid_on + CAST(m.value AS INTEGER) ELSE d.booked_on + CAST(k.value AS INTEGER) END <= w.complete_until
WHERE o.is_paid AND o.total > 0 AND (i.invoices IS NULL OR (i.total >= o.total AND d.currency = o.currency AND d.last_currency = o.currency AND d.total > 0))
  AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = o.entity AND g.day IN (o.created_on, o.paid_on))
  AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = o.store AND c.order_name = o.order_name)
ORDER BY subject_key
