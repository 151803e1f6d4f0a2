-- How many orders of each orders export another file names, in their currency; the number of the order decides where both have it.
WITH named AS (
  SELECT store AS look, order_name, order_id, currency FROM look.order_transaction
  UNION SELECT account, order_name, order_id, currency FROM look.settlement_line WHERE order_name IS NOT NULL OR order_id IS NOT NULL
  UNION SELECT store, order_name, NULL, NULL FROM look.fulfillment
)
SELECT n.look, o.store AS orders_look, count(*) AS orders
FROM named AS n JOIN look.sales_order AS o ON coalesce(n.currency, o.currency) = o.currency
  AND CASE WHEN n.order_id IS NOT NULL AND o.order_id IS NOT NULL THEN n.order_id = o.order_id ELSE n.order_name = o.order_name END
GROUP BY n.look, o.store ORDER BY n.look, orders DESC, orders_look
