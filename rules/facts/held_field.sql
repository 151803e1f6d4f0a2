/*
title = "Fields that two systems hold, by domain of ownership.csv"
kind = "fact"
why = "Of products and customers what the shop, Odoo or a CRM both fill. Of orders, refunds and invoices what the shop's order and Odoo's document both say. Payouts are booked from what the processor says, receipts from what the bank says, and Odoo holds both."
reads = ["held_value", "sale_order_fact", "refund_fact", "credit_note_item", "order_invoice", "payout_fact", "match_bank_line"]
*/
SELECT DISTINCT domain, field FROM held_value
UNION ALL
SELECT w.domain, w.field
FROM (SELECT DISTINCT 'order' AS domain FROM sale_order_fact
  UNION SELECT DISTINCT 'refund' FROM refund_fact AS r JOIN credit_note_item AS c ON c.store = r.store AND c.order_name = r.order_name
  UNION SELECT DISTINCT 'invoice' FROM order_invoice) AS t
JOIN (VALUES ('order', 'total'), ('order', 'tax'), ('order', 'currency'), ('order', 'state'), ('refund', 'amount'), ('refund', 'tax'), ('invoice', 'total'), ('invoice', 'tax')) AS w(domain, field) ON w.domain = t.domain
UNION ALL
SELECT DISTINCT 'settlement', '*' FROM payout_fact WHERE status = 'paid'
UNION ALL
SELECT DISTINCT 'bank', '*' FROM match_bank_line
