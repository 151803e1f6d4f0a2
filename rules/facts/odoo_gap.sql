/*
title = "Days that Odoo's extract has nothing of"
kind = "fact"
why = "A day between others on which two orders or more were made, none of which has a sale order, and of which no entry is dated: the extract lacks the day. It is one finding; what hangs on the day waits for the next extract."
reads = ["order_fact", "sale_order_of", "odoo_move_current", "watermark_fact"]
*/
WITH known AS (
  SELECT w.entity, w.complete_until, m.first_on
  FROM (SELECT owner_key AS entity, min(complete_until) AS complete_until FROM watermark_fact WHERE source IN ('odoo_sale_order', 'odoo_move') GROUP BY owner_key HAVING count(*) = 2) AS w
  JOIN (SELECT entity, min(booked_on) AS first_on FROM odoo_move_current GROUP BY entity) AS m ON m.entity = w.entity
), held AS (
  SELECT DISTINCT store, order_name FROM sale_order_of
), bare AS (
  SELECT o.entity, o.created_on AS day, count(*) AS orders, sum(o.total) AS amount, min(o.currency) AS currency, max(o.currency) AS last_currency
  FROM order_fact AS o JOIN known AS k ON k.entity = o.entity AND o.created_on > k.first_on AND o.created_on < k.complete_until
  LEFT JOIN held AS h ON h.store = o.store AND h.order_name = o.order_name
  WHERE NOT o.is_void GROUP BY o.entity, o.created_on HAVING count(*) > 1 AND count(h.order_name) = 0
)
SELECT b.entity, b.day, b.orders, CASE WHEN b.currency = b.last_currency THEN b.amount END AS amount, CASE WHEN b.currency = b.last_currency THEN b.currency END AS currency
FROM bare AS b
WHERE NOT EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = b.entity AND m.booked_on = b.day)
