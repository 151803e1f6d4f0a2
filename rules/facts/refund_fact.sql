/*
title = "Every refund of an order with its ordinal"
kind = "fact"
why = "Refunds have no row in the orders export: they are read off the payment events."
reads = ["tender"]
*/
SELECT store, order_name, CAST(row_number() OVER (PARTITION BY store, order_name ORDER BY created_at, ordinal) AS INTEGER) AS refund_no,
  entity, account, by_processor, ordinal, amount, currency, created_at, created_on, file_id, row_no
FROM tender WHERE side = 'refund'
