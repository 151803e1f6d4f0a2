/*
title = "Sale order whose order no shop has"
kind = "check"
rule = "O-02"
code = "SO_ORPHAN"
severity = "medium"
class = "BUSINESS"
subject = "odoo_document"
owner = "store-operations"
why = "A sale that no shop made delivers goods and invoices them; its invoice and payment are no findings of their own."
suggestion = "Find out who entered it; cancel it, or correct its reference."
reads = ["order_alone"]
needs = ["odoo_sale_order", "sales_order"]
*/
SELECT a.entity, NULL AS store, concat(a.company, '/', a.name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, a.total AS actual, a.total AS difference, a.currency, NULL AS due_on,
  concat('Sale order ', a.name, ' of ', CAST(a.day AS VARCHAR), ' names order ', a.ref, ', which no shop has.') AS cause, concat(a.file_id, ':', a.row_no) AS evidence, NULL AS candidates
FROM order_alone AS a WHERE a.kind = 'sale order'
ORDER BY subject_key
