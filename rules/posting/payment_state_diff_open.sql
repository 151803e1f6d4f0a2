/*
title = "Invoice is open in Odoo although its payment is booked"
kind = "check"
rule = "I-08"
code = "PAYMENT_STATE_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "The customer has paid and is reminded all the same, and the list of open items says more than anybody owes. Told of orders that were paid in full through processors and not refunded, whose one invoice has their total and whose payments Odoo has on the clearing account; a payment that is not booked there is told as that. Where most of such invoices are open, the books do not reconcile invoices, and nothing is said."
suggestion = "Reconcile the payment with the invoice in Odoo."
reads = ["clearing_of", "order_fact", "order_invoice", "invoice_fact", "invoice_taken_back", "odoo_move_current", "tender", "clearing_scope", "order_on_clearing", "watermark_fact", "rule_parameter"]
needs = ["odoo_move", "odoo_journal_item", "order_transaction"]

[parameters.days]
default = "7"
meaning = "days from payment to an invoice that is paid in Odoo"
*/
WITH through AS (
  SELECT t.store, t.order_name, sum(t.amount) AS amount, max(t.created_on) AS paid_on
  FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account LEFT JOIN clearing_scope AS s ON s.account = coalesce(c.lead, t.account) AND s.currency = t.currency AND t.created_on BETWEEN s.begins_on AND s.as_of
  GROUP BY t.store, t.order_name HAVING count(*) = count(s.account) AND bool_and(t.side <> 'refund')
), invoice AS (
  SELECT o.entity, o.store, o.order_name, o.currency, m.name, m.residual, m.payment_state, p.paid_on + CAST(d.value AS INTEGER) AS due_on, concat(m.file_id, ':', m.row_no) AS evidence
  FROM order_fact AS o JOIN order_invoice AS v ON v.store = o.store AND v.order_name = o.order_name AND v.invoices = 1 AND v.total = o.total
  JOIN through AS p ON p.store = o.store AND p.order_name = o.order_name AND p.amount = o.total
  JOIN invoice_fact AS i ON i.store = o.store AND i.order_name = o.order_name AND i.move_type <> 'out_refund' AND i.currency = o.currency AND i.total = o.total AND NOT coalesce(i.is_shared, FALSE)
  JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.odoo_id
  JOIN rule_parameter AS d ON d.rule = 'I-08' AND d.name = 'days' AND d.entity = o.entity
  JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = o.entity AND greatest(p.paid_on, i.invoiced_on) + CAST(d.value AS INTEGER) <= w.complete_until
  WHERE NOT o.is_void AND o.is_paid AND o.cancelled_at IS NULL AND o.refunded = 0 AND o.outstanding = 0
    AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM order_on_clearing AS c WHERE c.store = o.store AND c.order_name = o.order_name)
), habit AS (
  SELECT entity FROM invoice GROUP BY entity HAVING count(*) FILTER (WHERE payment_state IN ('paid', 'in_payment')) * 2 > count(*)
)
SELECT i.entity, i.store, concat(i.store, '/', i.order_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, i.residual AS actual, i.residual AS difference, i.currency, i.due_on,
  concat('Order ', i.order_name, ' is paid and its payment booked; ', CAST(i.residual AS VARCHAR), ' of its invoice ', i.name, ' is still open in Odoo.') AS cause, i.evidence, NULL AS candidates
FROM invoice AS i JOIN habit AS h ON h.entity = i.entity
WHERE i.payment_state IN ('not_paid', 'partial') AND i.residual > 0
ORDER BY subject_key
