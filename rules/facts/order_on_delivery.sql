/*
title = "Orders that the carrier collects the money for, and the day on which they were sent"
kind = "fact"
why = "The payment is one whose gateway means `cash_on_delivery`, be it pending or marked as paid; without any payment the order's method says so. One in another currency than the order's is left. What is cancelled, given back or returned is not collected. Nothing where the pack `carriers` is off."
reads = ["pack_on", "sales_order_current", "order_fact", "order_transaction_current", "map_gateway", "fulfillment_current", "shipment_current", "order_return_current"]
*/
WITH event AS (
  SELECT t.store, t.order_name, min(t.currency) AS currency, coalesce(sum(t.amount) FILTER (WHERE t.status = 'success'), max(t.amount)) AS amount
  FROM map_gateway AS g JOIN order_transaction_current AS t ON t.store = g.store AND t.gateway = g.gateway AND t.created_on BETWEEN g.valid_from AND g.valid_to
  WHERE g.account = 'cash_on_delivery' AND t.kind IN ('sale', 'capture') AND t.status IN ('success', 'pending') AND NOT t.is_test
  GROUP BY t.store, t.order_name
), said AS (
  SELECT o.store, o.order_name, o.currency, o.total - coalesce(o.refunded, 0) AS amount
  FROM map_gateway AS g JOIN sales_order_current AS o ON o.store = g.store AND o.payment_method = g.gateway AND o.created_on BETWEEN g.valid_from AND g.valid_to
  WHERE g.account = 'cash_on_delivery' AND NOT EXISTS (SELECT 1 FROM order_transaction_current AS t WHERE t.store = o.store AND t.order_name = o.order_name)
), collected AS (
  SELECT store, order_name, currency, amount FROM event UNION ALL SELECT store, order_name, currency, amount FROM said
), parcel AS (
  SELECT store, order_name, tracking_no, created_on AS sent_on FROM fulfillment_current WHERE status = 'success'
  UNION ALL
  SELECT place, order_name, tracking_no, shipped_on FROM shipment_current WHERE order_name IS NOT NULL
), sent AS (
  SELECT store, order_name, max(sent_on) AS sent_on FROM parcel GROUP BY store, order_name
)
SELECT f.entity, f.store, f.order_name, c.amount, f.currency, coalesce(s.sent_on, f.fulfilled_on) AS sent_on, f.file_id, f.row_no
FROM collected AS c
JOIN order_fact AS f ON f.store = c.store AND f.order_name = c.order_name
JOIN pack_on AS o ON o.entity = f.entity AND o.pack = 'carriers' AND f.created_on >= o.since
LEFT JOIN sent AS s ON s.store = f.store AND s.order_name = f.order_name
WHERE c.amount > 0 AND c.currency = f.currency AND NOT f.is_void AND f.cancelled_at IS NULL AND coalesce(f.refunded, 0) = 0 AND coalesce(s.sent_on, f.fulfilled_on) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM order_return_current AS r WHERE r.store = f.store AND r.order_name = f.order_name AND r.status NOT IN ('declined', 'canceled', 'cancelled'))
