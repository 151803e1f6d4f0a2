/*
title = "Sale order was made to fit by a line of adjustment"
kind = "check"
rule = "O-12"
code = "ADJUSTMENT_LINE_PRESENT"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The total is right and something in it is wrong: a line that a connector forces hides what differs, a tax, a discount or an article. Such lines are those of the products that the policy `adjustment_products` names. A sale order whose total differs by the line, or whose invoice lacks the tax that the line stands for, is that finding."
suggestion = "Find what the line stands for, correct the lines or the tax, and take it out; invoice the order by hand where the connector did not."
reads = ["adjustment_product", "sale_order_fact", "order_fact", "odoo_sale_order_line_current", "sale_order_delta", "allowance", "finding"]
needs = ["odoo_sale_order"]
against = ["adjustment_product", "odoo_sale_order_line_current"]
among = "adjustable_order"

[parameters.absolute]
default = "5 units"
meaning = "what such lines of an order may have as rounding: an amount, or smallest units of the currency"
*/
WITH line AS (
  SELECT DISTINCT o.store, o.order_name, s.name AS sale_name, s.untaxed, l.entity, l.odoo_id, coalesce(l.product, l.sku) AS product, coalesce(l.total, l.subtotal + coalesce(l.tax, 0)) AS amount, l.file_id, l.row_no
  FROM adjustment_product AS p
  JOIN odoo_sale_order_line_current AS l ON l.entity = p.entity AND p.word IN (lower(coalesce(l.sku, '')), lower(coalesce(l.product, '')), lower(trim(regexp_replace(coalesce(l.product, ''), '^\[[^]]*\]', ''))))
  JOIN sale_order_fact AS s ON s.entity = l.entity AND s.name = l.order_name
  JOIN order_fact AS o ON o.store = s.store AND o.order_name = s.order_name AND o.created_on BETWEEN p.valid_from AND p.valid_to AND NOT o.is_void
), sale AS (
  -- lines that were taken out since stay in the ledger: what does not sum to its sale order is not as it stands
  SELECT n.entity, n.sale_name, sum(l.subtotal) AS untaxed FROM (SELECT DISTINCT entity, sale_name FROM line) AS n JOIN odoo_sale_order_line_current AS l ON l.entity = n.entity AND l.order_name = n.sale_name GROUP BY n.entity, n.sale_name
), plug AS (
  SELECT l.store, l.order_name, min(l.sale_name) AS sale_name, CAST(sum(l.amount) AS DECIMAL(18,4)) AS amount, min(l.product) AS product, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.odoo_id) AS evidence
  FROM line AS l JOIN sale AS n ON n.entity = l.entity AND n.sale_name = l.sale_name AND n.untaxed = l.untaxed GROUP BY l.store, l.order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, p.amount AS actual, p.amount AS difference, o.currency, NULL AS due_on,
  concat('Sale order ', p.sale_name, ' has ', CAST(p.amount AS VARCHAR), ' of ', p.product, ', so that its total is that of order ', o.order_name, '.') AS cause, concat(o.file_id, ':', o.row_no, ' ', p.evidence) AS evidence, NULL AS candidates
FROM plug AS p JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name
LEFT JOIN allowance AS a ON a.rule = 'O-12' AND a.name = 'absolute' AND a.entity = o.entity AND a.currency = o.currency
WHERE abs(p.amount) > coalesce(a.amount, 0)
  AND NOT EXISTS (SELECT 1 FROM sale_order_delta AS d WHERE d.store = p.store AND d.order_name = p.order_name AND d.sale_total - d.total = p.amount)
  AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.code = 'TAX_AMOUNT_DIFF' AND f.subject_kind = 'order' AND f.subject_key = concat(o.store, '/', o.order_name) AND f.difference = - p.amount)
ORDER BY subject_key
