/*
title = "Credit note is in another period than its refund"
kind = "check"
rule = "F-13"
code = "CUTOFF_REFUND"
severity = "medium"
class = "BUSINESS"
subject = "refund"
owner = "accounting"
why = "The month in which the customer got the money back shows revenue and tax that the next one takes away."
suggestion = "Move the credit note's revenue and tax with a dated entry."
reads = ["credit_match", "refund_fact", "map_policy"]
needs = ["odoo_move"]
*/
SELECT r.entity, r.store, concat(r.store, '/', r.order_name, '/', r.refund_no) AS subject_key, r.amount AS expected, c.credited AS actual, r.amount AS difference, r.currency, NULL AS due_on,
  concat('The refund of ', CAST(r.amount AS VARCHAR), ' of order ', r.order_name, ' was made on ', CAST(r.created_on AS VARCHAR), ' and credited on ', CAST(c.credited_on AS VARCHAR), '.') AS cause,
  concat(r.file_id, ':', r.row_no) AS evidence, NULL AS candidates
FROM credit_match AS c
JOIN refund_fact AS r ON r.store = c.store AND r.order_name = c.order_name AND r.refund_no = c.refund_no
LEFT JOIN map_policy AS p ON p.entity = r.entity AND p.policy = 'recognition' AND r.created_on BETWEEN p.valid_from AND p.valid_to
WHERE c.pass = 'amount' AND coalesce(p.value, 'order') <> 'invoice' AND date_trunc('month', c.credited_on) <> date_trunc('month', r.created_on)
ORDER BY subject_key
