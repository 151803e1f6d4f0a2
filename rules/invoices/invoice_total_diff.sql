/*
title = "Invoice and order differ in total"
kind = "check"
rule = "I-02"
code = "INVOICE_TOTAL_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Receivable and revenue are wrong by the difference. An invoice without the tax that the channel owes is right, and one that has its sale order's other total is part of that finding (O-05)."
suggestion = "Credit the invoice and invoice again."
reads = ["order_fact", "order_invoice", "sales_order_line_current", "facilitator_tax", "sale_order_delta", "allowance", "watermark_fact"]
needs = ["odoo_move"]

[parameters.per_line]
default = "0.5 units"
meaning = "rounding allowed per line and invoice: an amount, or smallest units of the currency"

[parameters.cap]
default = "5 units"
meaning = "rounding allowed per order: an amount, or smallest units of the currency"
*/
WITH taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, n.nearest AS expected, i.total AS actual, i.total - n.nearest AS difference, o.currency, NULL AS due_on,
  concat('Invoices of ', o.order_name, ' sum to ', CAST(i.total AS VARCHAR), ', the order is ', CAST(o.total AS VARCHAR), CASE WHEN n.nearest <> o.total THEN concat(', ', CAST(n.nearest AS VARCHAR), ' without the tax that the channel owes') ELSE '' END, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
LEFT JOIN allowance AS u ON u.rule = 'I-02' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
LEFT JOIN allowance AS c ON c.rule = 'I-02' AND c.name = 'cap' AND c.entity = o.entity AND c.currency = o.currency
LEFT JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity
LEFT JOIN facilitator_tax AS f ON f.store = o.store AND f.order_name = o.order_name
CROSS JOIN LATERAL (SELECT CASE WHEN abs(i.total - o.total + coalesce(f.liable, 0)) < abs(i.total - o.total) THEN o.total - f.liable ELSE o.total END AS nearest) AS n
WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND (i.invoices = 1 OR i.total < n.nearest OR i.total - n.nearest < i.greatest * CAST(0.5 AS DECIMAL(18,4)))
  AND NOT EXISTS (SELECT 1 FROM sale_order_delta AS d WHERE d.store = o.store AND d.order_name = o.order_name AND d.sale_total = i.total AND d.sale_currency = d.currency)
  AND abs(i.total - n.nearest) > least(coalesce(u.amount, 0) * coalesce(t.lines, 0) * i.invoices, coalesce(c.amount, 0))
ORDER BY subject_key
