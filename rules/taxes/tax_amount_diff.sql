/*
title = "Tax of order and invoice differ"
kind = "check"
rule = "T-01"
code = "TAX_AMOUNT_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "tax"
why = "The tax return is wrong by the difference."
suggestion = "Compare the rates and bases; credit and invoice again."
reads = ["order_fact", "order_invoice", "sales_order_line_current", "allowance", "watermark_fact"]
needs = ["odoo_move"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"
*/
WITH taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.taxes AS expected, i.tax AS actual, i.tax - o.taxes AS difference, o.currency, NULL AS due_on,
  concat('The invoice of ', o.order_name, ' has tax ', CAST(i.tax AS VARCHAR), ', the order ', CAST(o.taxes AS VARCHAR), '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name AND i.invoices = 1
LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
LEFT JOIN allowance AS u ON u.rule = 'T-01' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
LEFT JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity
WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND abs(i.tax - o.taxes) > coalesce(u.amount, 0) * coalesce(t.lines, 1) AND abs(i.total - o.total) <= coalesce(u.amount, 0) * coalesce(t.lines, 1)
ORDER BY subject_key
