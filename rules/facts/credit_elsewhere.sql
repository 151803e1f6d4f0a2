/*
title = "Credit notes that may be those of another order's refund"
kind = "fact"
why = "A refund without a credit note, and a credit note of another order without a refund, of one amount within three days of each other, and no other of either: somebody credited the wrong order. It is a likeness and pairs nothing; the refund's finding names the credit note, which raises none of its own as long as the refund is not credited."
reads = ["refund_fact", "order_invoice", "invoice_fact", "invoice_taken_back", "correcting_note", "credit_match", "cancel_difference"]
*/
WITH refund AS (
  SELECT r.entity, r.store, r.order_name, r.refund_no, r.amount, r.currency, r.created_on
  FROM refund_fact AS r JOIN order_invoice AS i ON i.store = r.store AND i.order_name = r.order_name AND i.total > 0
  WHERE r.amount > 0 AND NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.store = r.store AND c.order_name = r.order_name AND c.refund_no = r.refund_no)
    AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = r.store AND c.order_name = r.order_name)
), note AS (
  SELECT n.entity, n.odoo_id, n.name, n.store, n.order_name, n.total, n.currency, n.booked_on
  FROM invoice_fact AS n
  WHERE n.move_type = 'out_refund' AND n.order_name IS NOT NULL AND n.total > 0 AND NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.entity = n.entity AND c.odoo_id = n.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = n.entity AND t.note_id = n.odoo_id) AND NOT EXISTS (SELECT 1 FROM correcting_note AS t WHERE t.entity = n.entity AND t.odoo_id = n.odoo_id)
), fitting AS (
  SELECT r.store, r.order_name, r.refund_no, n.entity, n.odoo_id, n.name, n.order_name AS note_order, count(*) OVER (PARTITION BY r.store, r.order_name, r.refund_no) AS notes, count(*) OVER (PARTITION BY n.entity, n.odoo_id) AS refunds
  FROM refund AS r JOIN note AS n ON n.entity = r.entity AND n.total = r.amount AND n.currency = r.currency AND n.booked_on BETWEEN r.created_on - 3 AND r.created_on + 3
)
SELECT store, order_name, refund_no, entity, odoo_id, name, note_order FROM fitting WHERE notes = 1 AND refunds = 1
