/*
title = "Credit notes that put an invoice right that was too high"
kind = "fact"
why = "Invoices of an order that sum to more than it, and credit notes that no refund belongs to and that sum to exactly what is too much: together they are the order. Neither is a finding."
reads = ["order_fact", "invoice_fact", "invoice_taken_back", "credit_match"]
*/
WITH invoiced AS (
  SELECT i.store, i.order_name, sum(i.total) AS total, min(i.currency) AS currency, max(i.currency) AS last_currency
  FROM invoice_fact AS i WHERE i.move_type <> 'out_refund' AND i.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY i.store, i.order_name
), note AS (
  SELECT n.store, n.order_name, n.entity, n.odoo_id, n.currency, n.total, n.tax, n.booked_on
  FROM invoice_fact AS n
  WHERE n.move_type = 'out_refund' AND n.order_name IS NOT NULL AND n.total > 0 AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = n.entity AND t.note_id = n.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.entity = n.entity AND c.odoo_id = n.odoo_id)
), credited AS (
  SELECT store, order_name, sum(total) AS total, min(currency) AS currency, max(currency) AS last_currency FROM note GROUP BY store, order_name
)
SELECT n.entity, n.odoo_id, n.store, n.order_name, n.total, n.tax, n.booked_on
FROM note AS n JOIN credited AS c ON c.store = n.store AND c.order_name = n.order_name
JOIN invoiced AS i ON i.store = n.store AND i.order_name = n.order_name
JOIN order_fact AS o ON o.store = n.store AND o.order_name = n.order_name
WHERE i.total - o.total = c.total AND o.total > 0 AND i.currency = o.currency AND i.last_currency = o.currency AND c.currency = o.currency AND c.last_currency = o.currency
