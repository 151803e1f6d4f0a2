/*
title = "What the connector's log says of the orders that are not in Odoo"
kind = "fact"
why = "Done: a success of a kind that makes sale orders, before the extract, and Odoo has not what it names. Failed: the last try before the extract failed. Never: no event names the order, while the log goes on and names each order of its store, channel and day that is in Odoo, two at least. Of any other order the log explains nothing."
reads = ["order_absent", "order_event", "order_fact", "odoo_sale_order_current"]
*/
WITH ranked AS (
  SELECT a.entity, a.store, a.order_name, e.status, e.target_key, e.error_code, e.occurred_at, e.file_id, e.row_no,
    row_number() OVER (PARTITION BY a.store, a.order_name ORDER BY CASE WHEN e.status = 'success' THEN 0 ELSE 1 END, e.occurred_at DESC, e.attempt DESC, e.event_id DESC, e.place) AS place, count(*) OVER (PARTITION BY a.store, a.order_name) AS tries,
    max(CAST(e.occurred_at AS DATE)) OVER (PARTITION BY a.store, a.order_name) AS last_on, a.complete_until
  FROM order_absent AS a JOIN order_event AS e ON e.store = a.store AND e.order_name = a.order_name AND e.makes
), told AS (
  SELECT r.entity, r.store, r.order_name, CASE WHEN r.status = 'success' THEN 'done' ELSE 'failed' END AS word, r.target_key, r.error_code, r.occurred_at, r.tries, concat(r.file_id, ':', r.row_no) AS evidence
  FROM ranked AS r
  WHERE r.place = 1 AND r.status IN ('success', 'failure') AND r.last_on <= r.complete_until AND NOT EXISTS (
    SELECT 1 FROM odoo_sale_order_current AS s WHERE s.entity = r.entity AND r.status = 'success' AND r.target_key IN (s.name, s.odoo_id, s.external_id))
), reach AS (
  SELECT store, max(CAST(occurred_at AS DATE)) AS last_on FROM order_event WHERE makes GROUP BY store
), heard AS (
  SELECT store, order_name, bool_or(makes) AS makes FROM order_event GROUP BY store, order_name
), whole AS (
  SELECT o.store, coalesce(o.sales_channel, '') AS sales_channel, o.created_on
  FROM order_fact AS o LEFT JOIN heard AS h ON h.store = o.store AND h.order_name = o.order_name AND h.makes LEFT JOIN order_absent AS a ON a.store = o.store AND a.order_name = o.order_name
  WHERE NOT o.is_void AND a.order_name IS NULL
  GROUP BY o.store, coalesce(o.sales_channel, ''), o.created_on HAVING count(*) > 1 AND count(*) = count(h.order_name)
)
SELECT store, order_name, word, target_key, error_code, occurred_at, tries, evidence FROM told
UNION ALL
SELECT a.store, a.order_name, 'never', NULL, NULL, NULL, 0, NULL
FROM order_absent AS a JOIN whole AS w ON w.store = a.store AND w.sales_channel = coalesce(a.sales_channel, '') AND w.created_on = a.created_on
JOIN reach AS r ON r.store = a.store AND a.created_on + 1 < r.last_on
LEFT JOIN heard AS h ON h.store = a.store AND h.order_name = a.order_name
WHERE h.order_name IS NULL
