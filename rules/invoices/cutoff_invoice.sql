/*
title = "Invoice is in another period than its order"
kind = "check"
rule = "I-05"
code = "CUTOFF_INVOICE"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Revenue stands in the wrong month."
suggestion = "Move the revenue with a dated entry."
reads = ["order_fact", "order_invoice", "map_policy"]
needs = ["odoo_move"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, i.total AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' belongs to ', strftime(coalesce(CASE WHEN p.value = 'fulfilment' THEN o.fulfilled_on END, o.created_on), '%Y-%m'),
    ' and was invoiced on ', CAST(i.invoiced_on AS VARCHAR), '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
LEFT JOIN map_policy AS p ON p.entity = o.entity AND p.policy = 'recognition' AND o.created_on BETWEEN p.valid_from AND p.valid_to
WHERE NOT o.is_void AND coalesce(p.value, 'order') <> 'invoice'
  AND date_trunc('month', i.invoiced_on) <> date_trunc('month', coalesce(CASE WHEN p.value = 'fulfilment' THEN o.fulfilled_on END, o.created_on))
ORDER BY subject_key
