/*
title = "Every settlement line with the order it belongs to"
kind = "fact"
why = "A line finds its order by name, else by the number of the order; two candidates are no order."
reads = ["settlement_line_current", "account_store", "sales_order_current", "map_processor_account"]
*/
WITH candidate AS (
  SELECT l.account, l.line_id, o.store, o.order_name
  FROM settlement_line_current AS l
  JOIN account_store AS a ON a.account = l.account
  JOIN sales_order_current AS o ON o.store = a.store AND o.order_name = l.order_name
  UNION
  SELECT l.account, l.line_id, o.store, o.order_name
  FROM settlement_line_current AS l
  JOIN account_store AS a ON a.account = l.account
  JOIN sales_order_current AS o ON o.store = a.store AND o.order_id = l.order_id
  WHERE l.order_name IS NULL
), found AS (
  SELECT account, line_id, min(store) AS store, min(order_name) AS order_name FROM candidate GROUP BY account, line_id HAVING count(*) = 1
)
SELECT l.account, p.entity, l.line_id, l.payout_id, l.payout_status, l.payout_on, l.native_type, l.bucket, l.currency, l.gross, l.fee, l.fee_tax,
  l.tax_withheld, l.reserve, l.net, l.net_stated, l.occurred_at, l.booked_on, l.bank_reference, l.order_name AS named_order, f.store, f.order_name,
  l.card_origin, l.payment_method, l.file_id, l.row_no
FROM settlement_line_current AS l
LEFT JOIN map_processor_account AS p ON p.account = l.account
LEFT JOIN found AS f ON f.account = l.account AND f.line_id = l.line_id
WHERE l.bucket <> 'payout'
