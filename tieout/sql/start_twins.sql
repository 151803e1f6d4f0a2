-- How many orders that were paid in one way alone have which spelling in the orders export and which in the transactions export; every pair of a shop's two files.
SELECT o.store AS look, trim(o.payment_method) AS word, t.store AS payments_look, t.gateway AS twin, count(DISTINCT o.order_name) AS orders
FROM look.sales_order AS o JOIN look.order_transaction AS t ON t.order_name = o.order_name AND coalesce(t.order_id = o.order_id, TRUE) AND t.status = 'success' AND t.amount = o.total
WHERE position(' + ' IN o.payment_method) = 0 AND o.total > 0
GROUP BY o.store, word, t.store, twin ORDER BY look, word, orders DESC, twin, payments_look
