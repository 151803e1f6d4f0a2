/*
title = "Invoice without an order"
kind = "check"
rule = "I-03"
code = "INVOICE_WITHOUT_ORDER"
severity = "medium"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "An invoice that names an order no shop has, or that has no origin and the amount and days of one order that is invoiced already, may be revenue that is counted twice; so may one that has the name and the amount of another company's order, which is invoiced there. An invoice of a sale that no shop made is part of that finding."
suggestion = "Ask who entered it; credit it, or correct its reference."
reads = ["order_alone", "invoice_fact", "order_fact", "order_invoice", "watermark_fact", "invoice_taken_back"]
needs = ["odoo_move", "sales_order"]
*/
WITH stray AS (
  SELECT i.entity, i.odoo_id, i.name, i.company, i.total, i.tax, i.currency, i.invoiced_on, i.ref, i.file_id, i.row_no
  FROM invoice_fact AS i JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = i.entity AND i.booked_on <= w.complete_until
  WHERE i.order_name IS NULL AND i.move_type <> 'out_refund' AND i.invoice_origin IS NULL AND i.total > 0
    AND NOT EXISTS (SELECT 1 FROM order_alone AS a WHERE a.entity = i.entity AND a.ref = i.ref)
), near AS (
  -- likeness suggests, it never pairs: one order of that amount, tax and week, and one such invoice
  SELECT s.entity, s.odoo_id, min(o.store) AS store, min(o.order_name) AS order_name
  FROM stray AS s JOIN order_fact AS o ON o.entity = s.entity AND o.total = s.total AND o.currency = s.currency AND o.taxes = s.tax AND o.created_on BETWEEN s.invoiced_on - 7 AND s.invoiced_on + 1
  GROUP BY s.entity, s.odoo_id HAVING count(*) = 1
), single AS (
  SELECT store, order_name, min(odoo_id) AS odoo_id FROM near GROUP BY store, order_name HAVING count(*) = 1
), found AS (
  SELECT a.entity, a.company, a.name, a.total, a.currency, a.file_id, a.row_no, concat('Invoice ', a.name, ' of ', CAST(a.day AS VARCHAR), ' names order ', a.ref, ', which no shop has.') AS cause, NULL AS candidates
  FROM order_alone AS a WHERE a.kind = 'invoice'
  UNION ALL
  SELECT s.entity, s.company, s.name, s.total, s.currency, s.file_id, s.row_no,
    concat('Invoice ', s.name, ' of ', CAST(s.invoiced_on AS VARCHAR), ' comes from no sale order and has amount and tax of order ', n.order_name, ', which is invoiced already.'),
    concat('[{"candidate":"', n.store, '/', replace(n.order_name, '"', ''), '","failed":"names the order","delta":"0.0000"}]')
  FROM stray AS s JOIN single AS n ON n.odoo_id = s.odoo_id JOIN near AS k ON k.entity = s.entity AND k.odoo_id = s.odoo_id AND k.store = n.store AND k.order_name = n.order_name
  JOIN order_invoice AS v ON v.store = n.store AND v.order_name = n.order_name
  UNION ALL
  SELECT i.entity, i.company, i.name, i.total, i.currency, i.file_id, i.row_no, concat('Invoice ', i.name, ' of ', CAST(i.invoiced_on AS VARCHAR), ' has name and amount of order ', min(o.order_name), ' of ', min(o.entity), ', which is invoiced there.'), NULL
  FROM invoice_fact AS i JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = i.entity AND i.booked_on <= w.complete_until
  JOIN order_fact AS o ON o.order_name = i.ref AND o.total = i.total AND o.entity <> i.entity JOIN order_invoice AS v ON v.store = o.store AND v.order_name = o.order_name
  WHERE i.order_name IS NULL AND i.move_type <> 'out_refund' AND i.total > 0 AND NOT EXISTS (SELECT 1 FROM order_alone AS a WHERE a.entity = i.entity AND a.ref = i.ref) AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM stray AS s JOIN single AS n ON n.odoo_id = s.odoo_id WHERE s.entity = i.entity AND s.odoo_id = i.odoo_id)
  GROUP BY i.entity, i.company, i.name, i.total, i.currency, i.file_id, i.row_no, i.invoiced_on HAVING count(*) = 1
)
SELECT f.entity, NULL AS store, concat(f.company, '/', f.name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, f.total AS actual, f.total AS difference, f.currency, NULL AS due_on, f.cause,
  concat(f.file_id, ':', f.row_no) AS evidence, f.candidates
FROM found AS f
ORDER BY subject_key
