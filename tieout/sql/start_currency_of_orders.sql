-- How many orders of which currency a processor's file names that names none itself: by name, number or payment, and the very amount.
WITH paid AS (
  SELECT order_name, order_id, currency, amount, CAST(NULL AS VARCHAR) AS token FROM look.order_transaction WHERE status = 'success' AND amount > 0
  UNION ALL SELECT order_name, order_id, currency, total, NULL FROM look.sales_order WHERE total > 0
  UNION ALL SELECT order_name, order_id, currency, total, unnest(string_split(payment_ids, ' + ')) FROM look.sales_order WHERE total > 0 AND payment_ids IS NOT NULL
)
SELECT l.account AS look, p.currency, count(DISTINCT p.order_name) AS orders
FROM look.settlement_line AS l JOIN paid AS p ON p.amount = l.gross AND (p.order_name IN (l.order_name, l.merchant_ref) OR p.order_id = l.order_id OR p.token = coalesce(l.payment_id, l.merchant_ref))
WHERE l.currency = $unsaid AND l.bucket = 'sale' GROUP BY l.account, p.currency ORDER BY look, orders DESC, p.currency
