/*
title = "Order invoiced twice"
kind = "check"
rule = "I-03"
code = "INVOICE_DUPLICATE"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Revenue, tax and receivable are counted twice. One that may be that of another order, which has none, is named there (I-01)."
suggestion = "Credit the extra invoice."
reads = ["order_fact", "order_invoice", "invoice_astray"]
needs = ["odoo_move"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, i.total AS actual, i.total - o.total AS difference, o.currency, NULL AS due_on,
  concat(o.order_name, ' has ', i.invoices, ' posted invoices of ', CAST(i.total AS VARCHAR), ' together.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
WHERE i.invoices > 1 AND i.total > o.total AND i.total - o.total >= i.greatest * CAST(0.5 AS DECIMAL(18,4))
  AND i.total - o.total <> coalesce((SELECT sum(a.total) FROM invoice_astray AS a WHERE a.other_store = o.store AND a.other_name = o.order_name), 0)
ORDER BY subject_key
