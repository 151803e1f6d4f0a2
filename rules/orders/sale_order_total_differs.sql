/*
title = "Sale order and order differ in total"
kind = "check"
rule = "O-05"
code = "SO_TOTAL_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "What is delivered and invoiced is not what was sold."
suggestion = "Compare the lines; correct the sale order."
reads = ["order_fact", "sale_order_fact", "sales_order_line_current", "allowance", "watermark_fact"]
needs = ["odoo_sale_order"]

[parameters.per_line]
default = "0.5 units"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"

[parameters.cap]
default = "5 units"
meaning = "rounding allowed per order: an amount, or smallest units of the currency"
*/
WITH taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, s.total AS actual, s.total - o.total AS difference, o.currency, NULL AS due_on,
  concat('Sale order ', s.name, ' is ', CAST(s.total AS VARCHAR), ', the order ', CAST(o.total AS VARCHAR), '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', s.file_id, ':', s.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.orders = 1
LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
LEFT JOIN allowance AS u ON u.rule = 'O-05' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
LEFT JOIN allowance AS c ON c.rule = 'O-05' AND c.name = 'cap' AND c.entity = o.entity AND c.currency = o.currency
LEFT JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity
WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND abs(s.total - o.total) > least(coalesce(u.amount, 0) * coalesce(t.lines, 0), coalesce(c.amount, 0))
ORDER BY subject_key
