-- How many payments of each spelling stand in which processor's file, by order and amount; orders that were paid in one way stand for the spelling of the orders export.
WITH said AS (
  SELECT store, gateway, order_name, order_id, amount FROM look.order_transaction WHERE status = 'success' AND amount > 0 AND gateway IS NOT NULL
  UNION
  SELECT store, trim(payment_method), order_name, order_id, total FROM look.sales_order WHERE payment_method IS NOT NULL AND position(' + ' IN payment_method) = 0 AND total > 0
)
SELECT s.store AS look, s.gateway, l.look AS account_look, count(DISTINCT (s.order_name, s.amount)) AS payments
FROM said AS s JOIN look.paid AS l ON l.order_name = s.order_name AND abs(l.gross) = s.amount AND l.bucket IN ('sale', 'refund') AND coalesce(l.order_id = s.order_id, TRUE)
GROUP BY s.store, s.gateway, l.look ORDER BY s.store, s.gateway, payments DESC, account_look
