/*
title = "Numbers that are missing in a series of orders"
kind = "fact"
why = "A shop counts its orders up by one. One row for each gap, at the order behind it."
reads = ["order_number"]
*/
WITH followed AS (
  SELECT n.store, n.prefix, n.suffix, n.number, n.order_name, n.created_on, n.file_id, n.row_no, lag(n.number) OVER (PARTITION BY n.store, n.prefix, n.suffix ORDER BY n.number) AS before_number
  FROM order_number AS n WHERE n.number IS NOT NULL
)
SELECT store, prefix, suffix, before_number, number, order_name AS next_name, created_on, file_id, row_no FROM followed WHERE number - before_number > 1
