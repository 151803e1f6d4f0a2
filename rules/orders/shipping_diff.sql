/*
title = "Sale order and order differ in shipping"
kind = "check"
rule = "O-08"
code = "SHIPPING_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "What the customer paid for shipping is not what is invoiced. Told where it alone explains the total, or with other parts; the shop's shipping is after its discounts."
suggestion = "Correct the shipping line of the sale order; map the shop's shipping rate to a product in the connector."
reads = ["sale_order_difference", "sale_order_delta", "sale_order_line_kind"]
needs = ["odoo_sale_order"]
against = ["odoo_sale_order_line_current"]

[parameters.shipping]
default = "shipping, delivery, freight, postage, carriage, versand, versandkosten, porto, fracht, livraison, frais de port, envío, gastos de envío, spedizione, spese di spedizione, verzending, verzendkosten, frakt, fragt, toimitus"
meaning = "words in the product of a sale order line that make it shipping, with commas between"
*/
WITH line AS (
  SELECT store, order_name, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY odoo_id) AS evidence FROM sale_order_line_kind WHERE kind = 'shipping' GROUP BY store, order_name
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, p.expected, p.actual, p.difference, d.currency, NULL AS due_on,
  concat('Order ', d.order_name, ' has shipping of ', CAST(p.expected AS VARCHAR), ', its sale order ', d.sale_name, ' has ', CAST(p.actual AS VARCHAR),
    CASE WHEN p.difference <> p.untaxed THEN concat('; with tax the difference is ', CAST(p.difference AS VARCHAR)) ELSE '' END, '.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', d.sale_file_id, ':', d.sale_row_no, ' ' || l.evidence) AS evidence, NULL AS candidates
FROM sale_order_difference AS p
JOIN sale_order_delta AS d ON d.store = p.store AND d.order_name = p.order_name
LEFT JOIN line AS l ON l.store = p.store AND l.order_name = p.order_name
WHERE p.part = 'shipping'
ORDER BY subject_key
