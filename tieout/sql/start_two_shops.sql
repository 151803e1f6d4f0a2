-- Orders exports that cannot be of one shop: an order of one name has two numbers.
SELECT DISTINCT a.store, b.store FROM look.sales_order AS a JOIN look.sales_order AS b ON b.order_name = a.order_name AND b.store > a.store AND b.order_id <> a.order_id ORDER BY 1, 2
