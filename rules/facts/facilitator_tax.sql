/*
title = "Tax of orders that the channel owes"
kind = "fact"
why = "A marketplace that sells for the shop collects the tax and pays it itself. The API says so of each tax of an order; taxes that do not sum to the order's are those of a later edit."
reads = ["sales_order_tax_current", "order_fact"]
*/
SELECT o.entity, o.store, o.order_name, o.currency, o.taxes, CAST(sum(CASE WHEN t.channel_liable THEN t.amount ELSE 0 END) AS DECIMAL(18,4)) AS liable, string_agg(CASE WHEN t.channel_liable THEN t.tax_name END, ', ' ORDER BY t.tax_no) AS names,
  string_agg(CASE WHEN t.channel_liable THEN concat(t.file_id, ':', t.row_no) END, ' ' ORDER BY t.tax_no) AS evidence
FROM (SELECT DISTINCT store, order_name FROM sales_order_tax_current WHERE channel_liable) AS l JOIN sales_order_tax_current AS t ON t.store = l.store AND t.order_name = l.order_name JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
WHERE NOT o.is_void
GROUP BY o.entity, o.store, o.order_name, o.currency, o.taxes
HAVING sum(CASE WHEN t.channel_liable THEN t.amount ELSE 0 END) <> 0 AND sum(t.amount) = o.taxes
