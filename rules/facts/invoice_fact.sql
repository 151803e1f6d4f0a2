/*
title = "Posted invoices and credit notes of each order"
kind = "fact"
why = "Found through the sale order they came from, the reference, or the invoice they reverse; else through a word of the reference that is an order's name but for case, signs and blanks, where the amount is that order's too."
reads = ["odoo_move_current", "odoo_sale_order_current", "order_fact"]
*/
WITH reference AS (
  SELECT entity, order_name, min(store) AS store FROM order_fact GROUP BY entity, order_name HAVING count(*) = 1
), sale AS (
  SELECT o.entity, o.name, r.store, r.order_name
  FROM odoo_sale_order_current AS o JOIN reference AS r ON r.entity = o.entity AND r.order_name = coalesce(o.client_order_ref, o.origin)
), document AS (
  SELECT entity, odoo_id, name, move_type, booked_on, coalesce(invoiced_on, booked_on) AS invoiced_on, ref, invoice_origin, reversed_id, company, currency, total, tax, file_id, row_no,
    nullif(regexp_extract(coalesce(ref, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2), '') AS ref_word
  FROM odoo_move_current WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
), direct AS (
  SELECT d.entity, d.odoo_id, coalesce(s.store, i.store, w.store) AS store, coalesce(s.order_name, i.order_name, w.order_name) AS order_name
  FROM document AS d
  LEFT JOIN sale AS s ON s.entity = d.entity AND s.name = d.invoice_origin
  LEFT JOIN reference AS i ON i.entity = d.entity AND i.order_name = d.ref
  LEFT JOIN reference AS w ON w.entity = d.entity AND w.order_name = d.ref_word
), called AS (
  SELECT d.entity, d.odoo_id, d.total, d.currency, unnest(string_split(regexp_replace(lower(concat(d.ref, ' ', d.invoice_origin)), '[^a-z0-9]+', ' ', 'g'), ' ')) AS word
  FROM document AS d JOIN direct AS a ON a.entity = d.entity AND a.odoo_id = d.odoo_id
  LEFT JOIN direct AS b ON b.entity = d.entity AND b.odoo_id = d.reversed_id
  WHERE a.order_name IS NULL AND b.order_name IS NULL
), likely AS (
  SELECT c.entity, c.odoo_id, min(o.store) AS store, min(o.order_name) AS order_name
  FROM called AS c JOIN order_fact AS o ON o.entity = c.entity AND o.total = c.total AND o.currency = c.currency AND regexp_replace(lower(o.order_name), '[^a-z0-9]+', '', 'g') = c.word
  WHERE length(c.word) > 2 GROUP BY c.entity, c.odoo_id HAVING count(DISTINCT concat(o.store, '/', o.order_name)) = 1
)
SELECT coalesce(a.store, b.store, l.store, k.store) AS store, coalesce(a.order_name, b.order_name, l.order_name, k.order_name) AS order_name, d.entity, d.company, d.odoo_id, d.name, d.move_type, d.booked_on, d.invoiced_on,
  d.currency, d.total, coalesce(d.tax, 0) AS tax, d.invoice_origin, d.ref, d.reversed_id, d.file_id, d.row_no
FROM document AS d
LEFT JOIN direct AS a ON a.entity = d.entity AND a.odoo_id = d.odoo_id
LEFT JOIN direct AS b ON b.entity = d.entity AND b.odoo_id = d.reversed_id
LEFT JOIN likely AS l ON l.entity = d.entity AND l.odoo_id = d.odoo_id
LEFT JOIN likely AS k ON k.entity = d.entity AND k.odoo_id = d.reversed_id
