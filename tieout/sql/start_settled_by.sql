-- How many payments of each spelling stand in which processor's file, by order and amount.
SELECT t.store AS look, t.gateway, l.account AS account_look, count(*) AS payments
FROM look.order_transaction AS t JOIN look.settlement_line AS l ON l.order_name = t.order_name AND abs(l.gross) = t.amount AND l.bucket IN ('sale', 'refund')
WHERE t.status = 'success' AND t.amount > 0 AND t.gateway IS NOT NULL
GROUP BY t.store, t.gateway, l.account ORDER BY look, t.gateway, payments DESC, account_look
