-- How many orders of each orders export another file names, in their currency, and for how many it has the very total too; the number of the order decides where both have it.
WITH named AS (
  SELECT store AS look, order_name, order_id, currency, amount FROM look.order_transaction
  UNION SELECT look, order_name, order_id, currency, abs(gross) FROM look.paid
  UNION SELECT store, order_name, NULL, NULL, NULL FROM look.fulfillment
),
met AS (
  SELECT n.look, o.store AS orders_look, o.order_name, n.amount = o.total AS same FROM named AS n JOIN look.sales_order AS o ON o.order_id = n.order_id WHERE coalesce(n.currency, o.currency) = o.currency
  UNION
  SELECT n.look, o.store, o.order_name, n.amount = o.total FROM named AS n JOIN look.sales_order AS o ON o.order_name = n.order_name
  WHERE coalesce(n.currency, o.currency) = o.currency AND (n.order_id IS NULL OR o.order_id IS NULL)
)
SELECT look, orders_look, count(DISTINCT order_name) AS orders, count(DISTINCT order_name) FILTER (same) AS exact FROM met GROUP BY look, orders_look ORDER BY look, orders_look
