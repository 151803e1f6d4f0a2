/*
title = "Credit note was made to fit by a line of adjustment"
kind = "check"
rule = "F-06"
code = "REFUND_PLUGGED"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "A connector that cannot tell what came back writes one line of an adjustment, or adds one to the total: neither goods nor shipping are taken back, and often no tax. Such lines are those of the products that the policy `adjustment_products` names. A credit note whose tax is not the refund's share is that finding."
suggestion = "Cancel the credit note and credit the refund again by line, shipping and tax."
reads = ["credit_note_item", "credit_match", "allowance", "finding"]
needs = ["odoo_move", "odoo_journal_item"]
against = ["credit_note_item"]
among = "adjustable_note"

[parameters.absolute]
default = "5 units"
meaning = "what such lines of a credit note may have as rounding: an amount, or smallest units of the currency"
*/
WITH plug AS (
  SELECT entity, note_id, sum(CASE WHEN is_adjustment THEN amount ELSE 0 END) AS amount, count(*) FILTER (WHERE NOT is_adjustment) AS others, min(CASE WHEN is_adjustment THEN coalesce(product, sku) END) AS product,
    string_agg(CASE WHEN is_adjustment THEN concat(file_id, ':', row_no) END, ' ' ORDER BY odoo_id) AS evidence, min(store) AS store, min(company) AS company, min(name) AS name, min(currency) AS currency, min(total) AS total, min(order_name) AS order_name
  FROM credit_note_item GROUP BY entity, note_id HAVING bool_or(is_adjustment)
)
SELECT p.entity, p.store, concat(p.company, '/', p.name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, CAST(p.amount AS DECIMAL(18,4)) AS actual, CAST(p.amount AS DECIMAL(18,4)) AS difference, p.currency, NULL AS due_on,
  CASE WHEN p.others = 0 THEN concat('Credit note ', p.name, ' of ', CAST(p.total AS VARCHAR), ' for order ', p.order_name, ' has ', p.product, ' and nothing of the order.')
       ELSE concat('Credit note ', p.name, ' of ', CAST(p.total AS VARCHAR), ' for order ', p.order_name, ' has ', CAST(p.amount AS VARCHAR), ' of ', p.product, ' in it.') END AS cause,
  p.evidence, NULL AS candidates
FROM plug AS p
LEFT JOIN allowance AS a ON a.rule = 'F-06' AND a.name = 'absolute' AND a.entity = p.entity AND a.currency = p.currency
WHERE abs(p.amount) > coalesce(a.amount, 0)
  AND NOT EXISTS (SELECT 1 FROM credit_match AS c JOIN finding AS f ON f.code = 'REFUND_TAX_DIFF' AND f.subject_key = concat(c.store, '/', c.order_name, '/', c.refund_no) WHERE c.entity = p.entity AND c.odoo_id = p.note_id)
ORDER BY subject_key
