-- Orders exports that cannot be of one shop: an order of one name has two numbers, or in the same days they count orders far from each other.
WITH counted AS (
  SELECT store, currency, regexp_extract(order_name, '^([^0-9]*)', 1) AS prefix, min(number) AS low, max(number) AS high, min(created_on) AS first_on, max(created_on) AS last_on
  FROM (SELECT *, try_cast(regexp_extract(order_name, '([0-9]+)', 1) AS BIGINT) AS number FROM look.sales_order) GROUP BY store, currency, prefix HAVING count(*) > 1
)
SELECT DISTINCT a.store, b.store FROM look.sales_order AS a JOIN look.sales_order AS b ON b.order_name = a.order_name AND b.store > a.store AND b.order_id <> a.order_id
UNION
SELECT least(a.store, b.store), greatest(a.store, b.store) FROM counted AS a JOIN counted AS b ON b.currency = a.currency AND b.prefix = a.prefix AND a.high < b.low AND a.last_on > b.first_on + 1
ORDER BY 1, 2
