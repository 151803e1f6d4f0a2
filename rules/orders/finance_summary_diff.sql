/*
title = "The shop's own report of a day is not what its orders give"
kind = "check"
rule = "A-07"
code = "FINANCE_SUMMARY_DIFF"
severity = "high"
class = "DATA"
subject = "store_day"
owner = "accounting"
why = "Orders or refunds that no export holds, or holds with another amount, are in no other comparison. Days beside each other whose differences cancel are one finding: the report counts its days in another time zone. A day on which numbers of orders are missing is that finding."
suggestion = "Export the orders and transactions of the day again and compare them with the shop's list of the day."
reads = ["sales_day", "sales_order_current", "finding"]
needs = ["sales_report_day", "sales_order", "order_transaction"]
*/
WITH gap AS (
  SELECT o.store, max(p.created_on) AS first_on, o.created_on AS last_on
  FROM finding AS f JOIN sales_order_current AS o ON o.store = f.store AND concat(o.store, '/', o.order_name) = f.subject_key
  JOIN sales_order_current AS p ON p.store = o.store AND p.created_at < o.created_at
  WHERE f.code = 'ORDER_SEQUENCE_GAP' GROUP BY o.store, o.order_name, o.created_on
), compared AS (
  SELECT d.store, d.entity, d.currency, d.day, d.is_stated, d.orders_stated, d.total_stated, d.orders, d.total, d.evidence,
    CASE WHEN d.is_stated THEN coalesce(d.orders_stated - d.orders, 0) ELSE - d.orders END AS more_orders,
    CASE WHEN NOT d.is_sure THEN 0 WHEN d.is_stated THEN coalesce(d.total_stated - d.total, 0) ELSE - d.total END AS more
  FROM sales_day AS d
), differing AS (
  SELECT c.store, c.entity, c.currency, c.day, c.is_stated, c.orders_stated, c.total_stated, c.orders, c.total, c.evidence, c.more_orders, c.more,
    date_diff('day', DATE '2000-01-01', c.day) - row_number() OVER (PARTITION BY c.store ORDER BY c.day) AS island
  FROM compared AS c WHERE (c.more_orders <> 0 OR c.more <> 0) AND NOT EXISTS (SELECT 1 FROM gap AS g WHERE g.store = c.store AND c.day BETWEEN g.first_on AND g.last_on)
), summed AS (
  SELECT d.store, d.entity, d.currency, d.day, d.is_stated, d.orders_stated, d.total_stated, d.orders, d.total, d.evidence, d.more_orders, d.more,
    row_number() OVER (PARTITION BY d.store, d.island ORDER BY d.day) AS place, count(*) OVER (PARTITION BY d.store, d.island) AS days, max(d.day) OVER (PARTITION BY d.store, d.island) AS last_day,
    sum(d.more) OVER (PARTITION BY d.store, d.island) = 0 AND sum(d.more_orders) OVER (PARTITION BY d.store, d.island) = 0 AS cancels
  FROM differing AS d
)
SELECT s.entity, s.store, concat(s.store, '/', CAST(s.day AS VARCHAR)) AS subject_key, s.total AS expected, CASE WHEN s.is_stated THEN coalesce(s.total_stated, 0) ELSE 0 END AS actual, s.more AS difference, s.currency, NULL AS due_on,
  CASE WHEN s.cancels AND s.days > 1 THEN concat('From ', CAST(s.day AS VARCHAR), ' to ', CAST(s.last_day AS VARCHAR), ' the shop''s report and its orders differ day by day and not in sum; their days may be of different time zones.')
    WHEN NOT s.is_stated THEN concat('The shop''s report has no row of ', CAST(s.day AS VARCHAR), '; ', s.orders, ' orders and refunds make ', CAST(s.total AS VARCHAR), '.')
    ELSE concat('The shop''s report of ', CAST(s.day AS VARCHAR), ' has ', concat_ws(' and ', CASE WHEN s.more_orders <> 0 THEN concat(s.orders_stated, ' orders instead of ', s.orders) END,
      CASE WHEN s.more <> 0 THEN concat('sales of ', CAST(s.total_stated AS VARCHAR), ' instead of ', CAST(s.total AS VARCHAR)) END), '.') END AS cause,
  s.evidence, NULL AS candidates
FROM summed AS s WHERE NOT s.cancels OR s.days = 1 OR s.place = 1
ORDER BY subject_key
