-- What each orders export says of its shop: currency, what stands before the number of an order, whether the total holds tax within the prices, and how many orders say so.
SELECT store AS look, currency, regexp_extract(order_name, '^([^0-9]*)', 1) AS prefix, count(*) AS orders,
  count(*) FILTER (WHERE taxes > 0 AND subtotal + shipping = total) AS with_tax_inside, count(*) FILTER (WHERE taxes > 0 AND subtotal + shipping + taxes = total) AS with_tax_on_top,
  min(created_on) AS first_on, max(created_on) AS last_on
FROM look.sales_order GROUP BY store, currency, prefix ORDER BY look, orders DESC, currency, prefix
