/*
title = "Refund has no credit note"
kind = "check"
rule = "F-01"
code = "REFUND_NOT_CREDITED"
severity = "high"
class = "BUSINESS"
subject = "refund"
owner = "accounting"
why = "Revenue and tax stay too high."
suggestion = "Create and post the credit note."
reads = ["refund_fact", "credit_match", "watermark_fact", "business_day", "rule_parameter", "order_fact", "sale_order_fact"]
needs = ["odoo_sale_order", "odoo_move"]

[parameters.business_days]
default = "3"
meaning = "business days from refund to credit note"
*/
SELECT r.entity, r.store, concat(r.store, '/', r.order_name, '/', r.refund_no) AS subject_key, r.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, r.amount AS difference, r.currency, b1.day AS due_on,
  concat('Refunded on ', CAST(r.created_on AS VARCHAR), '; no credit note of the order belongs to it.') AS cause, concat(r.file_id, ':', r.row_no) AS evidence, NULL AS candidates
FROM refund_fact AS r
JOIN rule_parameter AS k ON k.rule = 'F-01' AND k.name = 'business_days' AND k.entity = r.entity
JOIN business_day AS b0 ON b0.entity = r.entity AND b0.day = r.created_on
JOIN business_day AS b1 ON b1.entity = r.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = r.entity AND b1.day <= w.complete_until
JOIN order_fact AS o ON o.store = r.store AND o.order_name = r.order_name
JOIN sale_order_fact AS s ON s.store = r.store AND s.order_name = r.order_name AND s.place = 1
WHERE NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.store = r.store AND c.order_name = r.order_name AND c.refund_no = r.refund_no)
ORDER BY subject_key
