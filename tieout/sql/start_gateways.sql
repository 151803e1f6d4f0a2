-- Every spelling of a way to pay, by the shop's file: how many rows have it, and the first of them.
WITH said AS (
  SELECT store, gateway, row_no FROM look.order_transaction WHERE gateway IS NOT NULL
  UNION ALL
  SELECT s.store, trim(s.word), s.row_no FROM (SELECT store, unnest(string_split(payment_method, ' + ')) AS word, row_no FROM look.sales_order WHERE payment_method IS NOT NULL) AS s
)
SELECT store AS look, gateway, count(*) AS rows, min(row_no) AS row_no FROM said WHERE gateway <> '' GROUP BY store, gateway ORDER BY look, rows DESC, gateway
