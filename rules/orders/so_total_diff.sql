/*
title = "Sale order and order differ in total"
kind = "check"
rule = "O-05"
code = "SO_TOTAL_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "What is delivered and invoiced is not what was sold. Where a part of it explains the difference (lines, discount, shipping, tip, duties), that is the finding."
suggestion = "Compare the lines; correct the sale order."
reads = ["sale_order_delta", "sale_order_difference"]
needs = ["odoo_sale_order"]

[parameters.per_line]
default = "0.5 units"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"

[parameters.cap]
default = "5 units"
meaning = "rounding allowed per order: an amount, or smallest units of the currency"
*/
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, d.total AS expected, d.sale_total AS actual, d.sale_total - d.total AS difference, d.currency, NULL AS due_on,
  concat('Sale order ', d.sale_name, ' is ', CAST(d.sale_total AS VARCHAR), ', the order ', CAST(d.total AS VARCHAR), '.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', d.sale_file_id, ':', d.sale_row_no) AS evidence, NULL AS candidates
FROM sale_order_delta AS d
WHERE NOT EXISTS (SELECT 1 FROM sale_order_difference AS p WHERE p.store = d.store AND p.order_name = d.order_name)
ORDER BY subject_key
