/*
title = "Orders whose captures exceed what was authorised"
kind = "fact"
why = "By order, gateway and currency: the events do not say which authorisation a capture used, so their sums are compared, where there is any authorisation."
reads = ["order_transaction_current"]
*/
SELECT store, order_name, gateway, currency, sum(CASE WHEN kind = 'capture' THEN 0 ELSE amount END) AS authorised, sum(CASE WHEN kind = 'capture' THEN amount ELSE 0 END) AS captured,
  string_agg(concat(file_id, ':', row_no), ' ' ORDER BY created_at, kind, transaction_key) AS evidence
FROM order_transaction_current
WHERE status = 'success' AND kind IN ('authorization', 'emv_authorization', 'capture') AND NOT is_test
GROUP BY store, order_name, gateway, currency
HAVING bool_or(kind <> 'capture') AND sum(CASE WHEN kind = 'capture' THEN amount ELSE - amount END) > 0
