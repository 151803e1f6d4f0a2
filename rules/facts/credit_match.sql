/*
title = "Refunds and the credit notes that belong to them"
kind = "fact"
why = "Within an order equal amounts pair by time; what is left on both sides is one group, whose sums are compared. Amounts in two currencies are never equal, and their sums are not compared."
reads = ["refund_fact", "invoice_fact", "invoice_taken_back"]
*/
WITH refund AS (
  SELECT store, order_name, refund_no, amount, currency, created_on, row_number() OVER (PARTITION BY store, order_name, amount, currency ORDER BY refund_no) AS place FROM refund_fact
), note AS (
  SELECT store, order_name, entity, odoo_id, total AS amount, tax, currency, booked_on, row_number() OVER (PARTITION BY store, order_name, total, currency ORDER BY booked_on, length(odoo_id), odoo_id) AS place
  FROM invoice_fact AS i WHERE move_type = 'out_refund' AND order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.note_id = i.odoo_id)
), exact AS (
  SELECT r.store, r.order_name, r.refund_no, n.entity, n.odoo_id, r.amount, n.tax, r.currency, r.created_on, n.booked_on
  FROM refund AS r JOIN note AS n ON n.store = r.store AND n.order_name = r.order_name AND n.amount = r.amount AND n.currency IS NOT DISTINCT FROM r.currency AND n.place = r.place
), loose_refund AS (
  SELECT r.store, r.order_name, r.refund_no, r.amount, r.currency, r.created_on, row_number() OVER (PARTITION BY r.store, r.order_name ORDER BY r.refund_no) AS place FROM refund AS r
  WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.store = r.store AND x.order_name = r.order_name AND x.refund_no = r.refund_no)
), loose_note AS (
  SELECT n.store, n.order_name, n.entity, n.odoo_id, n.amount, n.tax, n.currency, n.booked_on, row_number() OVER (PARTITION BY n.store, n.order_name ORDER BY n.booked_on, length(n.odoo_id), n.odoo_id) AS place
  FROM note AS n WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.entity = n.entity AND x.odoo_id = n.odoo_id)
), rest_refund AS (
  SELECT store, order_name, sum(amount) AS amount, min(currency) AS currency, max(currency) AS last_currency, count(*) AS members, max(created_on) AS last_on FROM loose_refund GROUP BY store, order_name
), rest_note AS (
  SELECT store, order_name, sum(amount) AS amount, sum(tax) AS tax, min(currency) AS currency, max(currency) AS last_currency, count(*) AS members, max(booked_on) AS last_on FROM loose_note GROUP BY store, order_name
)
SELECT store, order_name, refund_no, entity, odoo_id, 'amount' AS pass, amount AS refunded, amount AS credited, tax AS credited_tax, TRUE AS is_compared, TRUE AS speaks, 1 AS refunds, 1 AS notes,
  created_on AS refunded_on, booked_on AS credited_on
FROM exact
UNION ALL
SELECT r.store, r.order_name, r.refund_no, n.entity, n.odoo_id, 'rest of the order', a.amount, b.amount, b.tax,
  coalesce(a.currency, '') = coalesce(a.last_currency, '') AND coalesce(b.currency, '') = coalesce(b.last_currency, '') AND coalesce(a.currency, '') = coalesce(b.currency, ''),
  r.place = 1 AND n.place = 1, a.members, b.members, a.last_on, b.last_on
FROM loose_refund AS r JOIN loose_note AS n ON n.store = r.store AND n.order_name = r.order_name
JOIN rest_refund AS a ON a.store = r.store AND a.order_name = r.order_name
JOIN rest_note AS b ON b.store = r.store AND b.order_name = r.order_name
