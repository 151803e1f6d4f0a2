/*
title = "Draft invoices of each order"
kind = "fact"
why = "Found through the sale order they came from, or the reference; a name that several stores of the entity have is none."
reads = ["odoo_move_current", "odoo_sale_order_current", "order_fact"]
*/
WITH draft AS (
  SELECT entity, odoo_id, invoice_origin, ref, booked_on, total, currency, file_id, row_no FROM odoo_move_current WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_receipt')
), reference AS (
  SELECT entity, order_name, min(store) AS store FROM order_fact GROUP BY entity, order_name HAVING count(*) = 1
), sale AS (
  SELECT s.entity, s.name, min(r.order_name) AS order_name FROM odoo_sale_order_current AS s JOIN reference AS r ON r.entity = s.entity AND r.order_name = coalesce(s.client_order_ref, s.origin)
  WHERE EXISTS (SELECT 1 FROM draft AS d WHERE d.entity = s.entity AND d.invoice_origin = s.name) GROUP BY s.entity, s.name HAVING count(*) = 1
)
SELECT r.store, r.order_name, r.entity, count(*) AS drafts, CAST(sum(d.total) AS DECIMAL(18,4)) AS total, min(d.currency) AS currency, max(d.currency) AS last_currency, max(d.booked_on) AS booked_on,
  string_agg(d.odoo_id, ', ' ORDER BY length(d.odoo_id), d.odoo_id) AS odoo_ids, string_agg(concat(d.file_id, ':', d.row_no), ' ' ORDER BY length(d.odoo_id), d.odoo_id) AS evidence
FROM draft AS d LEFT JOIN sale AS s ON s.entity = d.entity AND s.name = d.invoice_origin
JOIN reference AS r ON r.entity = d.entity AND r.order_name = coalesce(s.order_name, d.ref)
GROUP BY r.store, r.order_name, r.entity
