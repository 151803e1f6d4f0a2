/*
title = "Cancelled on one side only, or cancelled and the money kept"
kind = "check"
rule = "O-10"
code = "CANCEL_STATE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "Odoo delivers and invoices what the shop has cancelled, or never invoices what was paid. The missing invoice and credit note of such an order are no findings of their own."
suggestion = "Cancel the other side, or refund the customer; where the money is kept on purpose, invoice it."
reads = ["cancel_difference"]
needs = ["odoo_sale_order"]
against = ["odoo_sale_order_current"]

[parameters.days]
default = "3"
meaning = "days that a cancellation may take to reach the other side"
*/
SELECT c.entity, c.store, concat(c.store, '/', c.order_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, c.amount AS actual, c.amount AS difference, c.currency, NULL AS due_on, c.cause,
  concat(c.file_id, ':', c.row_no, ' ' || c.evidence) AS evidence, NULL AS candidates
FROM cancel_difference AS c
ORDER BY subject_key
