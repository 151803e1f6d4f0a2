-- Lines of processors' files with the order that they name: by its name, its number, or the number of its payment, which the shop gave the processor; a reference that is the name of an order is one.
CREATE TABLE look.paid AS
WITH orders AS (SELECT order_id, min(order_name) AS order_name FROM look.sales_order WHERE order_id IS NOT NULL GROUP BY order_id),
tokens AS (
  SELECT token, min(order_id) AS order_id, min(order_name) AS order_name
  FROM (SELECT order_id, order_name, unnest(string_split(payment_ids, ' + ')) AS token FROM look.sales_order WHERE payment_ids IS NOT NULL)
  GROUP BY token HAVING count(DISTINCT order_id) = 1
), called AS (SELECT DISTINCT order_name FROM look.sales_order)
SELECT l.account AS look, coalesce(l.order_name, o.order_name, t.order_name, c.order_name) AS order_name, coalesce(l.order_id, t.order_id) AS order_id, l.currency, l.gross, l.bucket
FROM look.settlement_line AS l LEFT JOIN orders AS o ON o.order_id = l.order_id LEFT JOIN tokens AS t ON t.token = coalesce(l.payment_id, l.merchant_ref)
  LEFT JOIN called AS c ON c.order_name = l.merchant_ref
WHERE coalesce(l.order_name, o.order_name, t.order_name, c.order_name, l.order_id) IS NOT NULL
