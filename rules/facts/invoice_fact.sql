/*
title = "Posted invoices and credit notes of each order"
kind = "fact"
why = "Found through the sale order they came from, the reference, or the invoice they reverse; else through a word of the reference that is an order's name but for case, signs and blanks, where the amount is that order's too. Of several stores' orders of one name that of the amount is meant, else that of the day. An invoice of several sale orders stands once at each of their orders, with that order's total and tax; what it has more or less than all of them stands at the greatest. Where an invoice's reference and its origin name two orders and it has the total of the first and not of the other, it is the first's: somebody edited the origin. Its lines are of no order alone (`is_shared`)."
reads = ["odoo_move_current", "sale_order_of", "order_fact"]
*/
WITH sale AS (
  SELECT entity, name, store, order_name FROM sale_order_of WHERE NOT is_tie
), document AS (
  SELECT entity, odoo_id, name, move_type, booked_on, coalesce(invoiced_on, booked_on) AS invoiced_on, ref, invoice_origin, reversed_id, company, currency, total, tax, file_id, row_no,
    nullif(regexp_extract(coalesce(ref, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2), '') AS ref_word
  FROM odoo_move_current WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
), origin AS (
  SELECT entity, odoo_id, total, tax, trim(name) AS name FROM (SELECT entity, odoo_id, total, tax, unnest(string_split(invoice_origin, ',')) AS name FROM document WHERE move_type <> 'out_refund' AND contains(invoice_origin, ','))
), several AS (
  SELECT n.entity, n.odoo_id, s.store, s.order_name, o.total, o.taxes, n.total - sum(o.total) OVER (PARTITION BY n.entity, n.odoo_id) AS rest, coalesce(n.tax, 0) - sum(o.taxes) OVER (PARTITION BY n.entity, n.odoo_id) AS rest_tax,
    row_number() OVER (PARTITION BY n.entity, n.odoo_id ORDER BY o.total DESC, s.store, s.order_name) AS place
  FROM origin AS n JOIN sale AS s ON s.entity = n.entity AND s.name = n.name JOIN order_fact AS o ON o.store = s.store AND o.order_name = s.order_name
), share AS (
  -- with a sale order that is no shop's the rest is of that one
  SELECT v.entity, v.odoo_id, v.store, v.order_name, v.total + CASE WHEN v.place = 1 AND u.odoo_id IS NULL THEN v.rest ELSE 0 END AS total, v.taxes + CASE WHEN v.place = 1 AND u.odoo_id IS NULL THEN v.rest_tax ELSE 0 END AS tax
  FROM several AS v
  LEFT JOIN (SELECT DISTINCT n.entity, n.odoo_id FROM origin AS n LEFT JOIN sale AS s ON s.entity = n.entity AND s.name = n.name WHERE s.order_name IS NULL) AS u ON u.entity = v.entity AND u.odoo_id = v.odoo_id
), word AS (
  SELECT entity, odoo_id, 1 AS pass, ref AS word, total, currency, invoiced_on FROM document WHERE ref IS NOT NULL
  UNION ALL SELECT entity, odoo_id, 2, ref_word, total, currency, invoiced_on FROM document WHERE ref_word IS NOT NULL
), called_twice AS (
  SELECT entity, order_name FROM order_fact GROUP BY entity, order_name HAVING count(*) > 1
), fitting AS (
  SELECT w.entity, w.odoo_id, w.pass, o.store, o.order_name, o.total = w.total AND o.currency = w.currency AS is_alike, abs(o.created_on - w.invoiced_on) <= 1 AS is_near,
    count(*) FILTER (WHERE o.total = w.total AND o.currency = w.currency) OVER (PARTITION BY w.entity, w.odoo_id, w.pass) AS alike, count(*) FILTER (WHERE abs(o.created_on - w.invoiced_on) <= 1) OVER (PARTITION BY w.entity, w.odoo_id, w.pass) AS near
  FROM word AS w JOIN called_twice AS t ON t.entity = w.entity AND t.order_name = w.word JOIN order_fact AS o ON o.entity = w.entity AND o.order_name = w.word
), reference AS (
  SELECT w.entity, w.odoo_id, w.pass, o.store, o.order_name FROM word AS w JOIN order_fact AS o ON o.entity = w.entity AND o.order_name = w.word
  WHERE NOT EXISTS (SELECT 1 FROM called_twice AS t WHERE t.entity = w.entity AND t.order_name = w.word)
  UNION ALL
  SELECT entity, odoo_id, pass, store, order_name FROM fitting WHERE CASE WHEN alike = 1 THEN is_alike WHEN near = 1 THEN is_near END
), misled AS (
  SELECT d.entity, d.odoo_id FROM document AS d
  JOIN sale AS s ON s.entity = d.entity AND s.name = d.invoice_origin JOIN order_fact AS b ON b.store = s.store AND b.order_name = s.order_name AND (b.total <> d.total OR b.currency <> d.currency)
  JOIN reference AS i ON i.entity = d.entity AND i.odoo_id = d.odoo_id AND i.pass = 1 JOIN order_fact AS a ON a.store = i.store AND a.order_name = i.order_name AND a.total = d.total AND a.currency = d.currency
  WHERE d.move_type <> 'out_refund'
), direct AS (
  SELECT d.entity, d.odoo_id, s.store AS sold_store, s.order_name AS sold_name, coalesce(s.store, i.store, w.store) AS store, coalesce(s.order_name, i.order_name, w.order_name) AS order_name
  FROM document AS d
  LEFT JOIN misled AS x ON x.entity = d.entity AND x.odoo_id = d.odoo_id
  LEFT JOIN sale AS s ON s.entity = d.entity AND s.name = d.invoice_origin AND x.odoo_id IS NULL
  LEFT JOIN reference AS i ON i.entity = d.entity AND i.odoo_id = d.odoo_id AND i.pass = 1
  LEFT JOIN reference AS w ON w.entity = d.entity AND w.odoo_id = d.odoo_id AND w.pass = 2
), alone AS (
  -- what it reverses says more than a word of its reference, but where that is of several orders
  SELECT a.entity, a.odoo_id, a.store, a.order_name FROM direct AS a WHERE a.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM origin AS n WHERE n.entity = a.entity AND n.odoo_id = a.odoo_id)
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
SELECT coalesce(h.store, a.sold_store, c.store, a.store, b.store, l.store, k.store) AS store, coalesce(h.order_name, a.sold_name, c.order_name, a.order_name, b.order_name, l.order_name, k.order_name) AS order_name, d.entity, d.company, d.odoo_id, d.name, d.move_type, d.booked_on, d.invoiced_on,
  d.currency, CAST(coalesce(h.total, d.total) AS DECIMAL(18,4)) AS total, CAST(coalesce(h.tax, d.tax, 0) AS DECIMAL(18,4)) AS tax, d.invoice_origin, d.ref, d.reversed_id, h.order_name IS NOT NULL AS is_shared, d.file_id, d.row_no
FROM document AS d
LEFT JOIN share AS h ON h.entity = d.entity AND h.odoo_id = d.odoo_id
LEFT JOIN direct AS a ON a.entity = d.entity AND a.odoo_id = d.odoo_id
LEFT JOIN direct AS b ON b.entity = d.entity AND b.odoo_id = d.reversed_id
LEFT JOIN alone AS c ON c.entity = d.entity AND c.odoo_id = d.reversed_id
LEFT JOIN likely AS l ON l.entity = d.entity AND l.odoo_id = d.odoo_id
LEFT JOIN likely AS k ON k.entity = d.entity AND k.odoo_id = d.reversed_id
