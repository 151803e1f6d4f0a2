/*
title = "Orders whose sale order has another total"
kind = "fact"
why = "Beyond what rounding per line allows; with what the order is made of: lines, shipping, tips, duties and taxes, which are added to the prices or included in them. What is no sum of these, or was settled in an earlier version, is compared as a whole only. One without the tax that the channel owes has the order's total."
reads = ["order_fact", "sale_order_fact", "sales_order_current", "sales_order_line_current", "facilitator_tax", "allowance", "watermark_fact"]
*/
WITH bought AS (
  SELECT store, order_name, count(*) FILTER (WHERE NOT is_tip) AS lines, sum(CASE WHEN is_tip THEN 0 ELSE quantity * unit_price END) AS listed, sum(CASE WHEN is_tip THEN quantity * unit_price - coalesce(discount, 0) ELSE 0 END) AS tips
  FROM sales_order_line_current GROUP BY store, order_name
), differing AS (
  SELECT o.entity, o.store, o.order_name, o.currency, CAST(o.total - n.off AS DECIMAL(18,4)) AS total, o.subtotal, o.shipping, CAST(o.taxes - n.off AS DECIMAL(18,4)) AS taxes, CAST(coalesce(t.listed, 0) AS DECIMAL(38,4)) AS listed, CAST(coalesce(t.tips, 0) AS DECIMAL(38,4)) AS tips, o.file_id, o.row_no,
    s.odoo_id, s.name AS sale_name, s.untaxed AS sale_untaxed, s.total AS sale_total, s.currency AS sale_currency, s.file_id AS sale_file_id, s.row_no AS sale_row_no, least(coalesce(u.amount, 0) * coalesce(t.lines, 0), coalesce(c.amount, 0)) AS allowed
  FROM order_fact AS o
  JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.orders = 1
  LEFT JOIN bought AS t ON t.store = o.store AND t.order_name = o.order_name
  LEFT JOIN allowance AS u ON u.rule = 'O-05' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
  LEFT JOIN allowance AS c ON c.rule = 'O-05' AND c.name = 'cap' AND c.entity = o.entity AND c.currency = o.currency
  LEFT JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = o.entity
  LEFT JOIN facilitator_tax AS f ON f.store = o.store AND f.order_name = o.order_name
  CROSS JOIN LATERAL (SELECT CASE WHEN abs(s.total - o.total + coalesce(f.liable, 0)) < abs(s.total - o.total) THEN f.liable ELSE 0 END AS off) AS n
  WHERE (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND NOT o.is_void AND abs(s.total - o.total + n.off) > least(coalesce(u.amount, 0) * coalesce(t.lines, 0), coalesce(c.amount, 0))
)
SELECT d.entity, d.store, d.order_name, d.currency, d.total, d.subtotal, d.shipping, d.taxes, d.listed, d.tips, coalesce(v.duties, 0) AS duties, coalesce(v.discount, 0) AS discount, d.file_id, d.row_no,
  d.odoo_id, d.sale_name, d.sale_untaxed, d.sale_total, d.sale_currency, d.sale_file_id, d.sale_row_no, d.allowed,
  CASE WHEN v.total IS NULL OR d.sale_currency <> d.currency THEN NULL WHEN d.subtotal + d.shipping + d.tips + coalesce(v.duties, 0) + d.taxes = d.total THEN 'added' WHEN d.subtotal + d.shipping + d.tips + coalesce(v.duties, 0) = d.total THEN 'included' END AS tax_is
FROM differing AS d LEFT JOIN sales_order_current AS v ON v.store = d.store AND v.order_name = d.order_name AND v.file_id = d.file_id AND v.row_no = d.row_no
