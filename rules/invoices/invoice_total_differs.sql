/*
title = "Invoice and order differ in total"
kind = "check"
rule = "I-02"
code = "INVOICE_TOTAL_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Receivable and revenue are wrong by the difference."
suggestion = "Credit the invoice and invoice again."
reads = ["order_fact", "order_invoice", "sales_order_line_current", "rule_parameter", "watermark_fact"]
needs = ["odoo_move"]

[parameters.per_line]
default = "0.005"
meaning = "rounding allowed per line, in currency"

[parameters.cap]
default = "0.05"
meaning = "rounding allowed per order"
*/
WITH taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, i.total AS actual, i.total - o.total AS difference, o.currency, NULL AS due_on,
  concat('Invoices of ', o.order_name, ' sum to ', CAST(i.total AS VARCHAR), ', the order is ', CAST(o.total AS VARCHAR), '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
JOIN rule_parameter AS u ON u.rule = 'I-02' AND u.name = 'per_line' AND u.entity = o.entity
JOIN rule_parameter AS c ON c.rule = 'I-02' AND c.name = 'cap' AND c.entity = o.entity
LEFT JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity
WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND (i.invoices = 1 OR i.total < o.total)
  AND abs(i.total - o.total) > least(CAST(u.value AS DECIMAL(18,4)) * coalesce(t.lines, 0), CAST(c.value AS DECIMAL(18,4)))
ORDER BY subject_key
