/*
title = "Invoices that a credit note has taken back, and the credit notes"
kind = "fact"
why = "An invoice credited in full beside another invoice of its order, where no refund has that amount, was a mistake that was put right: neither of the two counts any more."
reads = ["invoice_fact", "refund_fact"]
*/
WITH counted AS (
  SELECT store, order_name, count(*) AS invoices FROM invoice_fact WHERE move_type <> 'out_refund' AND order_name IS NOT NULL GROUP BY store, order_name
)
SELECT i.entity, i.odoo_id AS invoice_id, min(n.odoo_id) AS note_id
FROM invoice_fact AS n
JOIN invoice_fact AS i ON i.entity = n.entity AND i.odoo_id = n.reversed_id AND i.total = n.total AND i.currency = n.currency AND i.move_type <> 'out_refund'
JOIN counted AS c ON c.store = i.store AND c.order_name = i.order_name AND c.invoices > 1
WHERE n.move_type = 'out_refund' AND NOT EXISTS (SELECT 1 FROM refund_fact AS r WHERE r.store = i.store AND r.order_name = i.order_name AND r.amount = n.total)
GROUP BY i.entity, i.odoo_id
