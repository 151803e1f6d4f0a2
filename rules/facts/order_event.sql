/*
title = "Events of a connector that name an order, and whether their kind makes sale orders"
kind = "fact"
why = "A log names an order by its name or its number in the shop; one of an entity only where no other store of it has the same. A log may be of any connector: a kind of event makes sale orders where more of its successes name the sale order of their order than another document."
reads = ["connector_event_current", "order_fact", "sale_order_of", "odoo_sale_order_current"]
*/
WITH spelled AS (
  SELECT store AS place, order_name AS subject_key, store, order_name FROM order_fact
  UNION SELECT store, order_id, store, order_name FROM order_fact WHERE order_id IS NOT NULL
  UNION SELECT entity, order_name, store, order_name FROM order_fact WHERE entity IS NOT NULL
  UNION SELECT entity, order_id, store, order_name FROM order_fact WHERE entity IS NOT NULL AND order_id IS NOT NULL
), known AS (
  SELECT place, subject_key, min(store) AS store, min(order_name) AS order_name FROM spelled GROUP BY place, subject_key HAVING count(*) = 1
), event AS (
  SELECT k.store, k.order_name, e.place, coalesce(e.connector, '') AS connector, coalesce(e.topic, '') AS topic, e.event_id, e.attempt, e.status, e.target_key, e.error_code, e.occurred_at, e.file_id, e.row_no
  FROM connector_event_current AS e JOIN known AS k ON k.place = e.place AND k.subject_key = e.subject_key
), made AS (
  SELECT e.place, e.connector, e.topic, e.event_id, e.attempt, bool_or(e.target_key = s.name OR e.target_key = s.odoo_id OR e.target_key = s.external_id) AS is_own
  FROM event AS e JOIN order_fact AS o ON o.store = e.store AND o.order_name = e.order_name
  JOIN sale_order_of AS f ON f.store = o.store AND f.order_name = o.order_name
  JOIN odoo_sale_order_current AS s ON s.entity = f.entity AND s.odoo_id = f.odoo_id
  WHERE e.status = 'success' AND e.target_key IS NOT NULL
  GROUP BY e.place, e.connector, e.topic, e.event_id, e.attempt
), maker AS (
  SELECT place, connector, topic FROM made GROUP BY place, connector, topic HAVING 2 * count(*) FILTER (WHERE is_own) > count(*)
)
SELECT e.store, e.order_name, e.place, e.connector, e.topic, e.event_id, e.attempt, e.status, e.target_key, e.error_code, e.occurred_at, m.place IS NOT NULL AS makes, e.file_id, e.row_no
FROM event AS e LEFT JOIN maker AS m ON m.place = e.place AND m.connector = e.connector AND m.topic = e.topic
