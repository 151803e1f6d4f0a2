/*
title = "Draft invoices of each order"
kind = "fact"
why = "Found through the sale order they came from, or the reference; a name that several stores of the entity have is none."
reads = ["odoo_move_current", "sale_order_of", "order_fact"]
*/
WITH draft AS (
  SELECT entity, odoo_id, invoice_origin, ref, booked_on, total, currency, file_id, row_no FROM odoo_move_current WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_receipt')
), reference AS (
  SELECT entity, order_name, min(store) AS store FROM order_fact GROUP BY entity, order_name HAVING count(*) = 1
), sale AS (
  SELECT s.entity, s.name, min(s.store) AS store, min(s.order_name) AS order_name FROM sale_order_of AS s
  WHERE NOT s.is_tie AND EXISTS (SELECT 1 FROM draft AS d WHERE d.entity = s.entity AND d.invoice_origin = s.name) GROUP BY s.entity, s.name HAVING count(*) = 1
), named AS (
  SELECT d.entity, d.odoo_id, coalesce(s.store, r.store) AS store, coalesce(s.order_name, r.order_name) AS order_name
  FROM draft AS d LEFT JOIN sale AS s ON s.entity = d.entity AND s.name = d.invoice_origin LEFT JOIN reference AS r ON r.entity = d.entity AND r.order_name = d.ref
)
SELECT r.store, r.order_name, r.entity, count(*) AS drafts, CAST(sum(d.total) AS DECIMAL(18,4)) AS total, min(d.currency) AS currency, max(d.currency) AS last_currency, max(d.booked_on) AS booked_on,
  string_agg(d.odoo_id, ', ' ORDER BY length(d.odoo_id), d.odoo_id) AS odoo_ids, string_agg(concat(d.file_id, ':', d.row_no), ' ' ORDER BY length(d.odoo_id), d.odoo_id) AS evidence
FROM draft AS d JOIN named AS r ON r.entity = d.entity AND r.odoo_id = d.odoo_id AND r.order_name IS NOT NULL
GROUP BY r.store, r.order_name, r.entity
