/*
title = "What the shop sold on each day, by its report and by its orders"
kind = "fact"
why = "Orders made on the day and their totals without tips and gift cards, less what was paid back on the day; where the shop's own journal of sales has landed for the day, its entries. The total of a day on which the orders cannot tell what the report counts is not compared: a refund of an order with a tip or a gift card, one in another currency, an unpaid order that was cancelled, an order that was edited. Days lie between the first and the last of the report and of the orders, which may be cut."
reads = ["sales_report_day_current", "sales_order", "sales_order_current", "sales_order_line_current", "tender", "order_sale_current", "rule_parameter", "map_store", "watermark_fact", "cutover"]
*/
WITH reported AS (
  SELECT store, min(sold_on) AS first_on, max(sold_on) AS last_on FROM sales_report_day_current GROUP BY store
), begun AS (
  SELECT o.store, min(o.created_on) AS first_on FROM sales_order_current AS o JOIN reported AS r ON r.store = o.store GROUP BY o.store
), known AS (
  SELECT r.store, greatest(r.first_on, b.first_on + 1) AS first_on, least(r.last_on, min(w.complete_until)) AS last_on, max(r.last_on) AS report_until
  FROM reported AS r JOIN begun AS b ON b.store = r.store JOIN watermark_fact AS w ON w.owner_key = r.store AND w.source IN ('sales_order', 'order_transaction')
  GROUP BY r.store, r.first_on, r.last_on, b.first_on HAVING count(DISTINCT w.source) = 2
), scope AS (
  SELECT k.store, m.entity, m.currency, k.first_on, k.last_on, c.cutover_on
  FROM known AS k JOIN (SELECT store, min(entity) AS entity, min(currency) AS currency FROM map_store GROUP BY store) AS m ON m.store = k.store LEFT JOIN cutover AS c ON c.entity = m.entity
), title AS (
  SELECT s.entity, trim(s.word) AS word FROM (SELECT p.entity, unnest(string_split(lower(p.value), ',')) AS word FROM rule_parameter AS p WHERE p.rule = 'G-01' AND p.name = 'titles') AS s
), line AS (
  SELECT l.store, l.order_name, l.line_no, l.is_tip, s.entity, lower(l.title) AS title, l.quantity * l.unit_price - coalesce(l.discount, 0) AS amount
  FROM sales_order_line_current AS l JOIN scope AS s ON s.store = l.store WHERE l.is_tip OR NOT coalesce(l.taxable, TRUE)
), apart AS (
  SELECT l.store, l.order_name, sum(l.amount) AS amount
  FROM line AS l WHERE l.is_tip OR EXISTS (SELECT 1 FROM title AS t WHERE t.entity = l.entity AND t.word <> '' AND contains(l.title, t.word)) GROUP BY l.store, l.order_name
), made AS (
  SELECT o.store, o.created_on AS day, count(*) AS orders, sum(o.total - coalesce(a.amount, 0)) AS total, min(concat(o.file_id, ':', o.row_no)) AS evidence
  FROM sales_order_current AS o JOIN scope AS s ON s.store = o.store LEFT JOIN apart AS a ON a.store = o.store AND a.order_name = o.order_name GROUP BY o.store, o.created_on
), returned AS (
  SELECT t.store, t.created_on AS day, sum(t.amount) AS amount, min(concat(t.file_id, ':', t.row_no)) AS evidence, bool_or(a.order_name IS NOT NULL OR t.currency <> s.currency) AS is_unsure
  FROM tender AS t JOIN scope AS s ON s.store = t.store LEFT JOIN apart AS a ON a.store = t.store AND a.order_name = t.order_name WHERE t.side = 'refund' GROUP BY t.store, t.created_on
), journal AS (
  SELECT j.store, j.happened_on AS day, sum(CASE WHEN j.line_type IN ('tip', 'gift_card') THEN 0 ELSE j.amount END) AS total, min(concat(j.file_id, ':', j.row_no)) AS evidence FROM order_sale_current AS j JOIN scope AS s ON s.store = j.store GROUP BY j.store, j.happened_on
), edited AS (
  SELECT store, order_name, created_on, CAST(lag(known_at) OVER (PARTITION BY store, order_name ORDER BY version) AS DATE) - 1 AS first_on, CAST(known_at AS DATE) AS last_on,
    total <> lag(total) OVER (PARTITION BY store, order_name ORDER BY version) AS is_other
  FROM sales_order
), unsure AS (
  SELECT o.store, o.created_on AS first_on, o.created_on AS last_on FROM sales_order_current AS o JOIN scope AS s ON s.store = o.store WHERE o.currency <> s.currency
  UNION SELECT o.store, CAST(o.cancelled_at AS DATE) - 1, CAST(o.cancelled_at AS DATE) + 1
    FROM sales_order_current AS o JOIN scope AS s ON s.store = o.store WHERE o.cancelled_at IS NOT NULL AND o.total > o.refunded
  UNION SELECT store, first_on, last_on FROM edited WHERE is_other
  UNION SELECT store, created_on, created_on FROM edited WHERE is_other
), day AS (
  SELECT store, day FROM made UNION SELECT store, day FROM returned UNION SELECT store, day FROM journal UNION SELECT store, sold_on FROM sales_report_day_current
)
SELECT d.store, s.entity, s.currency, d.day, p.orders AS orders_stated, p.total_sales AS total_stated, p.store IS NOT NULL AS is_stated, CAST(coalesce(m.orders, 0) AS BIGINT) AS orders,
  CAST(CASE WHEN j.store IS NOT NULL THEN j.total ELSE coalesce(m.total, 0) - coalesce(r.amount, 0) END AS DECIMAL(18,4)) AS total,
  j.store IS NOT NULL OR NOT coalesce(r.is_unsure, FALSE) AND NOT EXISTS (SELECT 1 FROM unsure AS u WHERE u.store = d.store AND d.day BETWEEN u.first_on AND u.last_on) AS is_sure,
  concat_ws(' ', CASE WHEN p.store IS NOT NULL THEN concat(p.file_id, ':', p.row_no) END, m.evidence, r.evidence, j.evidence) AS evidence
FROM day AS d JOIN scope AS s ON s.store = d.store AND d.day >= s.first_on AND d.day < s.last_on AND (s.cutover_on IS NULL OR d.day >= s.cutover_on)
LEFT JOIN sales_report_day_current AS p ON p.store = d.store AND p.sold_on = d.day
LEFT JOIN made AS m ON m.store = d.store AND m.day = d.day
LEFT JOIN returned AS r ON r.store = d.store AND r.day = d.day
LEFT JOIN journal AS j ON j.store = d.store AND j.day = d.day
