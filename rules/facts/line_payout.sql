/*
title = "The lines of every payout, summed"
kind = "fact"
why = "What the processor lists for a payout, before comparing it with what it says it paid."
reads = ["line_fact", "opening_line"]
*/
SELECT l.account, l.payout_id, min(l.entity) AS entity, min(currency) AS currency, max(payout_on) AS paid_on, max(bank_reference) AS bank_reference,
  CASE WHEN bool_or(payout_status = 'failed') THEN 'failed' WHEN bool_or(payout_status = 'canceled') THEN 'canceled'
       WHEN bool_and(payout_status = 'paid') THEN 'paid' WHEN bool_or(payout_status = 'in_transit') THEN 'in_transit' ELSE 'scheduled' END AS status,
  sum(net) AS lines_net, count(*) AS lines, count(*) FILTER (WHERE order_name IS NOT NULL) AS order_lines,
  count(*) FILTER (WHERE bucket = 'unknown' OR (bucket IN ('sale', 'refund') AND order_name IS NULL AND o.line_id IS NULL)) AS unexplained_lines,
  count(*) FILTER (WHERE bucket = 'unknown') AS unknown_lines, min(l.file_id) AS file_id, min(l.row_no) AS row_no
FROM line_fact AS l LEFT JOIN opening_line AS o ON o.account = l.account AND o.line_id = l.line_id
WHERE l.payout_id IS NOT NULL GROUP BY l.account, l.payout_id
