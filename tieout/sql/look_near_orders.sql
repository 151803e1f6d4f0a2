-- Orders whose name has the word in it, or begins as it does; else the last ones.
WITH ranked AS (
  SELECT order_name, max(created_on) AS created_on, min(CASE WHEN position(lower($word) IN lower(order_name)) > 0 THEN 0 WHEN left(lower(order_name), 3) = left(lower($word), 3) THEN 1 ELSE 2 END) AS far
  FROM sales_order_current GROUP BY order_name
)
SELECT order_name, far < 2 AS near FROM ranked WHERE far < 2 OR NOT EXISTS (SELECT 1 FROM ranked AS r WHERE r.far < 2) ORDER BY far, created_on DESC NULLS LAST, order_name LIMIT 5
