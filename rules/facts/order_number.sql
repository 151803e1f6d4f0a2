/*
title = "Order names taken apart"
kind = "fact"
why = "The number in the name, apart from what stands before and behind it: the series of one store are counted for themselves. A name without a number is in none."
reads = ["sales_order_current"]
*/
SELECT o.store, o.order_name, o.created_on, regexp_extract(o.order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 1) AS prefix, regexp_extract(o.order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 3) AS suffix,
  TRY_CAST(regexp_extract(o.order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 2) AS BIGINT) AS number, o.file_id, o.row_no
FROM sales_order_current AS o
