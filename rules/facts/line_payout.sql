/*
title = "The lines of every payout, summed"
kind = "fact"
why = "What the processor lists for a payout, before comparing it with what it says it paid."
reads = ["line_fact"]
*/
SELECT account, payout_id, min(entity) AS entity, min(currency) AS currency, max(payout_on) AS paid_on, max(bank_reference) AS bank_reference,
  CASE WHEN bool_or(payout_status = 'failed') THEN 'failed' WHEN bool_or(payout_status = 'canceled') THEN 'canceled'
       WHEN bool_and(payout_status = 'paid') THEN 'paid' WHEN bool_or(payout_status = 'in_transit') THEN 'in_transit' ELSE 'scheduled' END AS status,
  sum(net) AS lines_net, count(*) AS lines, count(*) FILTER (WHERE order_name IS NOT NULL) AS order_lines,
  count(*) FILTER (WHERE bucket = 'unknown' OR (bucket IN ('sale', 'refund') AND order_name IS NULL)) AS unexplained_lines,
  count(*) FILTER (WHERE bucket = 'unknown') AS unknown_lines, min(file_id) AS file_id, min(row_no) AS row_no
FROM line_fact WHERE payout_id IS NOT NULL GROUP BY account, payout_id
