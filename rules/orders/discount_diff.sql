/*
title = "Sale order and order differ in discount"
kind = "check"
rule = "O-07"
code = "DISCOUNT_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The customer paid less, or more, than is invoiced. Told where the lines without any discount agree; how a discount is spread over lines, or whether it is a line of its own, makes no difference."
suggestion = "Correct the discount in the sale order; look up how the connector takes over this kind of discount."
reads = ["sale_order_difference", "sale_order_delta", "sale_order_line_kind"]
needs = ["odoo_sale_order"]
against = ["odoo_sale_order_line_current"]
*/
WITH line AS (
  SELECT store, order_name, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY odoo_id) AS evidence FROM sale_order_line_kind WHERE kind = 'discount' GROUP BY store, order_name
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, p.expected, p.actual, p.difference, d.currency, NULL AS due_on,
  concat('Order ', d.order_name, ' has discounts of ', CAST(p.expected AS VARCHAR), ', its sale order ', d.sale_name, ' has ', CAST(p.actual AS VARCHAR),
    CASE WHEN p.difference <> p.untaxed THEN concat('; with tax the difference is ', CAST(p.difference AS VARCHAR)) ELSE '' END, '.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', d.sale_file_id, ':', d.sale_row_no, ' ' || l.evidence) AS evidence, NULL AS candidates
FROM sale_order_difference AS p
JOIN sale_order_delta AS d ON d.store = p.store AND d.order_name = p.order_name
LEFT JOIN line AS l ON l.store = p.store AND l.order_name = p.order_name
WHERE p.part = 'discount'
ORDER BY subject_key
