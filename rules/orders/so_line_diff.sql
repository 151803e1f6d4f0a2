/*
title = "Sale order and order differ in their lines"
kind = "check"
rule = "O-06"
code = "SO_LINE_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The warehouse sends, and the customer is invoiced, what was not ordered. Told where lines alone explain the total, discounts being alike; and where, at one total, an article stands in the place of another, both of which are sold under their own numbers before and after. A kit, a pack or a number that Odoo calls otherwise is none."
suggestion = "Correct the lines of the sale order before it is sent; map the article in the connector."
reads = ["sale_order_difference", "sale_order_delta", "sale_order_line_kind", "sales_order_line_current", "sales_order_current", "order_fact", "sale_order_fact", "odoo_sale_order_line_current", "watermark_fact"]
needs = ["odoo_sale_order"]
against = ["odoo_sale_order_line_current"]
*/
WITH told AS (
  SELECT store, order_name FROM sale_order_difference WHERE part = 'lines'
), asked AS (
  SELECT l.store, l.order_name, coalesce(l.sku, '(no number)') AS sku, sum(l.quantity) AS quantity, sum(l.quantity * l.unit_price) AS listed
  FROM told AS t JOIN sales_order_line_current AS l ON l.store = t.store AND l.order_name = t.order_name WHERE NOT l.is_tip GROUP BY l.store, l.order_name, coalesce(l.sku, '(no number)')
), given AS (
  SELECT k.store, k.order_name, coalesce(k.sku, '(no number)') AS sku, sum(k.quantity) AS quantity, sum(k.listed) AS listed FROM sale_order_line_kind AS k WHERE k.kind = 'goods' GROUP BY k.store, k.order_name, coalesce(k.sku, '(no number)')
), beside AS (
  SELECT coalesce(a.store, g.store) AS store, coalesce(a.order_name, g.order_name) AS order_name, coalesce(a.sku, g.sku) AS sku,
    CASE WHEN g.sku IS NULL THEN concat('lacks ', coalesce(a.sku, '')) WHEN a.sku IS NULL THEN concat('has ', g.sku, ', which was not ordered')
      WHEN a.quantity <> g.quantity THEN concat('has ', CAST(CAST(g.quantity AS DECIMAL(18,2)) AS VARCHAR), ' of ', a.sku, ', of which ', CAST(CAST(a.quantity AS DECIMAL(18,2)) AS VARCHAR), ' were ordered')
      ELSE concat('has ', a.sku, ' for ', CAST(CAST(g.listed AS DECIMAL(18,4)) AS VARCHAR), ', which was ordered for ', CAST(CAST(a.listed AS DECIMAL(18,4)) AS VARCHAR)) END AS words
  FROM asked AS a FULL JOIN given AS g ON g.store = a.store AND g.order_name = a.order_name AND g.sku = a.sku
  WHERE a.quantity IS DISTINCT FROM g.quantity OR a.listed IS DISTINCT FROM g.listed
), worded AS (
  SELECT store, order_name, string_agg(words, '; it ' ORDER BY sku) AS words FROM beside GROUP BY store, order_name
), lined AS (
  SELECT store, order_name, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY odoo_id) AS evidence FROM sale_order_line_kind WHERE kind = 'goods' GROUP BY store, order_name
), judged AS (
  SELECT o.entity, o.store, o.order_name, o.currency, o.created_on, o.file_id, o.row_no, s.name AS sale_name, s.file_id AS sale_file_id, s.row_no AS sale_row_no
  FROM order_fact AS o JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.orders = 1 AND s.currency = o.currency
  JOIN sales_order_current AS v ON v.store = o.store AND v.order_name = o.order_name AND v.file_id = o.file_id AND v.row_no = o.row_no
  LEFT JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity
  WHERE NOT o.is_void AND (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT EXISTS (SELECT 1 FROM sale_order_delta AS d WHERE d.store = o.store AND d.order_name = o.order_name)
), bought AS (
  SELECT j.entity, j.store, j.order_name, j.created_on, l.sku, sum(l.quantity) AS quantity, sum(l.quantity * l.unit_price) AS amount
  FROM judged AS j JOIN sales_order_line_current AS l ON l.store = j.store AND l.order_name = j.order_name WHERE l.sku IS NOT NULL AND NOT l.is_tip GROUP BY j.entity, j.store, j.order_name, j.created_on, l.sku
), sold AS (
  SELECT j.entity, j.store, j.order_name, l.sku, sum(l.quantity) AS quantity
  FROM judged AS j JOIN odoo_sale_order_line_current AS l ON l.entity = j.entity AND l.order_name = j.sale_name WHERE l.sku IS NOT NULL AND l.quantity > 0 GROUP BY j.entity, j.store, j.order_name, l.sku
), alike AS (
  SELECT b.entity, b.sku, min(b.created_on) AS first_on, max(b.created_on) AS last_on FROM bought AS b JOIN sold AS s ON s.store = b.store AND s.order_name = b.order_name AND s.sku = b.sku AND s.quantity = b.quantity GROUP BY b.entity, b.sku
), lacking AS (
  SELECT b.store, b.order_name, b.created_on, b.entity, b.sku, b.quantity, b.amount, count(*) OVER (PARTITION BY b.store, b.order_name) AS skus FROM bought AS b ANTI JOIN sold AS s ON s.store = b.store AND s.order_name = b.order_name AND s.sku = b.sku
), extra AS (
  SELECT s.entity, s.store, s.order_name, s.sku, s.quantity FROM sold AS s ANTI JOIN bought AS b ON b.store = s.store AND b.order_name = s.order_name AND b.sku = s.sku
), companion AS (
  -- shipping and the like: beside orders that lack nothing
  SELECT DISTINCT e.entity, e.sku FROM extra AS e ANTI JOIN lacking AS l ON l.store = e.store AND l.order_name = e.order_name
), further AS (
  SELECT e.store, e.order_name, e.sku, e.quantity, count(*) OVER (PARTITION BY e.store, e.order_name) AS skus FROM extra AS e ANTI JOIN companion AS c ON c.entity = e.entity AND c.sku = e.sku
), swapped AS (
  SELECT l.store, l.order_name, l.sku, f.sku AS sale_sku, l.amount
  FROM lacking AS l JOIN further AS f ON f.store = l.store AND f.order_name = l.order_name AND f.skus = 1 AND f.quantity = l.quantity
  JOIN alike AS a ON a.entity = l.entity AND a.sku = l.sku AND l.created_on BETWEEN a.first_on AND a.last_on
  JOIN alike AS b ON b.entity = l.entity AND b.sku = f.sku AND l.created_on BETWEEN b.first_on AND b.last_on
  WHERE l.skus = 1
), placed AS (
  SELECT s.store, s.order_name, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.odoo_id) AS evidence
  FROM swapped AS s JOIN judged AS j ON j.store = s.store AND j.order_name = s.order_name JOIN odoo_sale_order_line_current AS l ON l.entity = j.entity AND l.order_name = j.sale_name AND l.sku = s.sale_sku GROUP BY s.store, s.order_name
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, p.expected, p.actual, p.difference, d.currency, NULL AS due_on,
  concat('The lines of order ', d.order_name, ' sum to ', CAST(p.expected AS VARCHAR), ' before discounts, those of its sale order ', d.sale_name, ' to ', CAST(p.actual AS VARCHAR),
    CASE WHEN p.difference <> p.untaxed THEN concat('; with tax the difference is ', CAST(p.difference AS VARCHAR)) ELSE '' END, '; it ' || w.words, '.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', d.sale_file_id, ':', d.sale_row_no, ' ' || l.evidence) AS evidence, NULL AS candidates
FROM sale_order_difference AS p JOIN sale_order_delta AS d ON d.store = p.store AND d.order_name = p.order_name
LEFT JOIN worded AS w ON w.store = p.store AND w.order_name = p.order_name LEFT JOIN lined AS l ON l.store = p.store AND l.order_name = p.order_name
WHERE p.part = 'lines'
UNION ALL
SELECT j.entity, j.store, concat(j.store, '/', j.order_name), CAST(s.amount AS DECIMAL(18,4)), CAST(0 AS DECIMAL(18,4)), CAST(s.amount AS DECIMAL(18,4)), j.currency, NULL,
  concat('Order ', j.order_name, ' has ', s.sku, ', its sale order ', j.sale_name, ' has ', s.sale_sku, ' in its place.'), concat(j.file_id, ':', j.row_no, ' ', j.sale_file_id, ':', j.sale_row_no, ' ', e.evidence), NULL
FROM swapped AS s JOIN judged AS j ON j.store = s.store AND j.order_name = s.order_name
LEFT JOIN placed AS e ON e.store = s.store AND e.order_name = s.order_name
ORDER BY subject_key
