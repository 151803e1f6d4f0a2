/*
title = "Refunds and the credit notes that belong to them"
kind = "fact"
why = "Within an order equal amounts pair by time; one of each left over pairs too."
reads = ["refund_fact", "invoice_fact"]
*/
WITH refund AS (
  SELECT store, order_name, refund_no, amount, row_number() OVER (PARTITION BY store, order_name, amount ORDER BY refund_no) AS place FROM refund_fact
), note AS (
  SELECT store, order_name, entity, odoo_id, total AS amount, row_number() OVER (PARTITION BY store, order_name, total ORDER BY booked_on, length(odoo_id), odoo_id) AS place
  FROM invoice_fact WHERE move_type = 'out_refund' AND order_name IS NOT NULL
), exact AS (
  SELECT r.store, r.order_name, r.refund_no, n.entity, n.odoo_id
  FROM refund AS r JOIN note AS n ON n.store = r.store AND n.order_name = r.order_name AND n.amount = r.amount AND n.place = r.place
), loose_refund AS (
  SELECT r.store, r.order_name, r.refund_no, count(*) OVER (PARTITION BY r.store, r.order_name) AS ways FROM refund AS r
  WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.store = r.store AND x.order_name = r.order_name AND x.refund_no = r.refund_no)
), loose_note AS (
  SELECT n.store, n.order_name, n.entity, n.odoo_id, count(*) OVER (PARTITION BY n.store, n.order_name) AS ways FROM note AS n
  WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.entity = n.entity AND x.odoo_id = n.odoo_id)
)
SELECT store, order_name, refund_no, entity, odoo_id FROM exact
UNION ALL
SELECT r.store, r.order_name, r.refund_no, n.entity, n.odoo_id
FROM loose_refund AS r JOIN loose_note AS n ON n.store = r.store AND n.order_name = r.order_name WHERE r.ways = 1 AND n.ways = 1
