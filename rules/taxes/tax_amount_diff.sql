/*
title = "Tax of order and invoice differ"
kind = "check"
rule = "T-01"
code = "TAX_AMOUNT_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "tax"
why = "The tax return is wrong by the difference. A tax that the channel owes may be on the invoice or not: what stands in the own liability is told as that (T-05)."
suggestion = "Compare the rates and bases; credit and invoice again."
reads = ["order_fact", "order_invoice", "sales_order_line_current", "facilitator_tax", "allowance", "watermark_fact"]
needs = ["odoo_move"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"
*/
WITH taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, n.nearest AS expected, i.tax AS actual, i.tax - n.nearest AS difference, o.currency, NULL AS due_on,
  concat('The invoice of ', o.order_name, ' has tax ', CAST(i.tax AS VARCHAR), ', the order ', CAST(o.taxes AS VARCHAR), CASE WHEN f.liable <> 0 THEN concat(', of which the channel owes ', CAST(f.liable AS VARCHAR)) ELSE '' END, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name AND i.invoices = 1
LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
LEFT JOIN allowance AS u ON u.rule = 'T-01' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
LEFT JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity
LEFT JOIN facilitator_tax AS f ON f.store = o.store AND f.order_name = o.order_name
CROSS JOIN LATERAL (SELECT greatest(least(i.tax, greatest(o.taxes, o.taxes - coalesce(f.liable, 0))), least(o.taxes, o.taxes - coalesce(f.liable, 0))) AS nearest) AS n
WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND abs(i.tax - n.nearest) > coalesce(u.amount, 0) * coalesce(t.lines, 1)
  AND least(abs(i.total - o.total), abs(i.total - o.total + coalesce(f.liable, 0))) <= coalesce(u.amount, 0) * coalesce(t.lines, 1)
ORDER BY subject_key
