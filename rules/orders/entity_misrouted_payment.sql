/*
title = "Payment of an order stands in another company than its store"
kind = "check"
rule = "O-04"
code = "ENTITY_MISROUTED"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "One company's clearing account lacks the payment, the other's has it: neither can be proven, and the customer is reminded by the one although the other has the money. It is one finding, and the entry no foreign one (Y-13)."
suggestion = "Take the payment back there and register it in the company of the store."
reads = ["payment_elsewhere", "order_fact"]
needs = ["odoo_journal_item", "order_transaction"]
*/
SELECT e.entity, e.store, concat(e.store, '/', e.order_name) AS subject_key, abs(e.amount) AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, abs(e.amount) AS difference, e.currency, NULL AS due_on,
  concat('Order ', e.order_name, ' of ', CAST(o.created_on AS VARCHAR), ' belongs to ', e.entity, '; its payment ', e.move_name, ' stands on account ', e.other_code, ' of ', e.company, ' (', e.other_entity, ')', CASE WHEN e.other_currency <> e.currency THEN concat(', in ', e.other_currency) ELSE '' END, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM payment_elsewhere AS e JOIN order_fact AS o ON o.store = e.store AND o.order_name = e.order_name
ORDER BY subject_key
