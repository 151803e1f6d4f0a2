/*
title = "Duties of the order are not in its sale order"
kind = "check"
rule = "O-09"
code = "DUTY_MISSING"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "Duties that the customer paid are owed to the customs, or to who pays them; without them the invoice stays overpaid."
suggestion = "Add the duties to the sale order; map them to a product in the connector."
reads = ["sale_order_difference", "sale_order_delta", "sale_order_line_kind"]
needs = ["odoo_sale_order"]
against = ["odoo_sale_order_line_current"]

[parameters.duties]
default = "duty, duties, import fees, customs, zoll, zollgebühren, droits de douane, aranceles, dazi, invoerrechten"
meaning = "words in the product of a sale order line that make it a duty, with commas between"
*/
WITH line AS (
  SELECT store, order_name, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY odoo_id) AS evidence FROM sale_order_line_kind WHERE kind = 'duty' GROUP BY store, order_name
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, p.expected, p.actual, p.difference, d.currency, NULL AS due_on,
  concat('Order ', d.order_name, ' has duties of ', CAST(p.expected AS VARCHAR), ', its sale order ', d.sale_name, ' has ', CAST(p.actual AS VARCHAR),
    CASE WHEN p.difference <> p.untaxed THEN concat('; with tax the difference is ', CAST(p.difference AS VARCHAR)) ELSE '' END, '.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', d.sale_file_id, ':', d.sale_row_no, ' ' || l.evidence) AS evidence, NULL AS candidates
FROM sale_order_difference AS p
JOIN sale_order_delta AS d ON d.store = p.store AND d.order_name = p.order_name
LEFT JOIN line AS l ON l.store = p.store AND l.order_name = p.order_name
WHERE p.part = 'duty'
ORDER BY subject_key
