/*
title = "What the lines of differing sale orders are"
kind = "fact"
why = "Goods, shipping, a tip, a duty or a discount: what has the article number or the title of a line of the order is goods; else words in its product say so (parameters of O-08 and O-09); else a negative line is a discount. Amounts are with tax where the shop's prices are. What a line would cost without its discount is known where its price is written as the amounts are."
reads = ["sale_order_delta", "odoo_sale_order_line_current", "sales_order_line_current", "rule_parameter"]
*/
WITH word AS (
  SELECT s.entity, s.kind, trim(s.word) AS word FROM (
    SELECT p.entity, CASE WHEN p.name = 'shipping' THEN 'shipping' WHEN p.name = 'duties' THEN 'duty' ELSE 'tip' END AS kind, unnest(string_split(lower(p.value), ',')) AS word FROM rule_parameter AS p WHERE p.rule IN ('O-08', 'O-09') AND p.name IN ('shipping', 'duties', 'tips')) AS s
), line AS (
  SELECT d.entity, d.store, d.order_name, d.tax_is, d.allowed, l.odoo_id, l.sku, lower(trim(regexp_replace(coalesce(l.product, ''), '^\[[^]]*\]', ''))) AS title, l.quantity, l.unit_price, coalesce(l.discount_percent, 0) AS discount_percent,
    l.subtotal AS net, coalesce(l.total, l.subtotal + l.tax) AS gross, TRY_CAST(l.quantity * l.unit_price AS DECIMAL(18,4)) AS priced, l.file_id, l.row_no
  FROM sale_order_delta AS d JOIN odoo_sale_order_line_current AS l ON l.entity = d.entity AND l.order_name = d.sale_name
  WHERE d.tax_is IS NOT NULL AND (coalesce(l.display_type, 'product') = 'product' OR l.subtotal <> 0)
), ordered AS (
  SELECT DISTINCT l.store, l.order_name, l.sku, lower(trim(l.title)) AS title FROM sale_order_delta AS d JOIN sales_order_line_current AS l ON l.store = d.store AND l.order_name = d.order_name WHERE NOT l.is_tip
), called AS (
  SELECT t.entity, t.title, min(CASE w.kind WHEN 'shipping' THEN 1 WHEN 'duty' THEN 2 ELSE 3 END) AS place
  FROM (SELECT DISTINCT entity, title FROM line) AS t JOIN word AS w ON w.entity = t.entity AND w.word <> '' AND contains(concat(' ', regexp_replace(t.title, '[^\p{L}0-9]+', ' ', 'g'), ' '), concat(' ', w.word, ' '))
  GROUP BY t.entity, t.title
), known AS (
  SELECT l.store, l.order_name, l.odoo_id, bool_or(o.sku IS NOT NULL AND o.sku = l.sku) AS is_ordered, bool_or((o.sku IS NOT NULL AND o.sku = l.sku) OR o.title = l.title) AS is_goods
  FROM line AS l JOIN ordered AS o ON o.store = l.store AND o.order_name = l.order_name GROUP BY l.store, l.order_name, l.odoo_id
)
SELECT l.store, l.order_name, l.odoo_id, l.sku, l.title, coalesce(k.is_ordered, FALSE) AS is_ordered,
  CASE WHEN k.is_goods THEN 'goods' WHEN c.place = 1 THEN 'shipping' WHEN c.place = 2 THEN 'duty' WHEN c.place = 3 THEN 'tip' WHEN l.net < 0 THEN 'discount' ELSE 'goods' END AS kind,
  l.quantity, l.net, CASE WHEN l.tax_is = 'included' THEN l.gross ELSE l.net END AS amount,
  CASE WHEN l.discount_percent = 0 THEN CASE WHEN l.tax_is = 'included' THEN l.gross ELSE l.net END
       WHEN abs(l.priced * (100 - l.discount_percent) - 100 * CAST(CASE WHEN l.tax_is = 'included' THEN l.gross ELSE l.net END AS DECIMAL(28,4))) <= 100 * l.allowed THEN l.priced END AS listed, l.file_id, l.row_no
FROM line AS l LEFT JOIN known AS k ON k.store = l.store AND k.order_name = l.order_name AND k.odoo_id = l.odoo_id LEFT JOIN called AS c ON c.entity = l.entity AND c.title = l.title
