/*
title = "Invoices that may be another order's than the one they stand at"
kind = "fact"
why = "An invoice of an order which has one of its own total besides, that has total, tax and days of one other order, which has none: somebody edited its references. It is a likeness and pairs nothing; the finding on the order without an invoice names it, and it is no second one of the order at which it stands."
reads = ["order_fact", "invoice_fact", "order_invoice"]
*/
WITH held AS (
  SELECT store, order_name, entity, odoo_id, name, total, tax, currency, invoiced_on FROM invoice_fact WHERE move_type <> 'out_refund' AND order_name IS NOT NULL AND NOT coalesce(is_shared, FALSE)
), fitting AS (
  SELECT h.entity, h.odoo_id, h.name, h.total, h.store AS other_store, h.order_name AS other_name, o.store, o.order_name, count(*) OVER (PARTITION BY h.entity, h.odoo_id) AS orders, count(*) OVER (PARTITION BY o.store, o.order_name) AS documents
  FROM held AS h JOIN order_fact AS b ON b.store = h.store AND b.order_name = h.order_name AND b.total <> h.total
  JOIN order_fact AS o ON o.entity = h.entity AND o.total = h.total AND o.taxes = h.tax AND o.currency = h.currency AND h.invoiced_on BETWEEN o.created_on - 1 AND o.created_on + 7 AND NOT o.is_void
  WHERE EXISTS (SELECT 1 FROM held AS x WHERE x.store = h.store AND x.order_name = h.order_name AND x.odoo_id <> h.odoo_id AND x.total = b.total)
    AND NOT EXISTS (SELECT 1 FROM order_invoice AS v WHERE v.store = o.store AND v.order_name = o.order_name)
)
SELECT entity, odoo_id, name, total, other_store, other_name, store, order_name FROM fitting WHERE orders = 1 AND documents = 1
