/*
title = "The lines of every payout, summed"
kind = "fact"
why = "What the processor lists for a payout, before comparing it with what it says it paid; lines in another currency than the payout's are counted and never summed with the others."
reads = ["line_fact", "opening_line", "payout_current"]
*/
WITH own AS (
  SELECT n.account, n.payout_id, coalesce(min(p.currency), min(n.currency)) AS currency
  FROM (SELECT account, payout_id, min(currency) AS currency FROM line_fact WHERE payout_id IS NOT NULL GROUP BY account, payout_id) AS n
  LEFT JOIN payout_current AS p ON p.account = n.account AND p.payout_id = n.payout_id
  GROUP BY n.account, n.payout_id
)
SELECT l.account, l.payout_id, min(l.entity) AS entity, min(w.currency) AS currency, max(payout_on) AS paid_on, max(bank_reference) AS bank_reference,
  CASE WHEN bool_or(payout_status = 'failed') THEN 'failed' WHEN bool_or(payout_status = 'canceled') THEN 'canceled'
       WHEN bool_and(payout_status = 'paid') THEN 'paid' WHEN bool_or(payout_status = 'in_transit') THEN 'in_transit' ELSE 'scheduled' END AS status,
  coalesce(sum(net) FILTER (WHERE l.currency = w.currency), 0) AS lines_net, count(*) FILTER (WHERE l.currency <> w.currency) AS foreign_lines, count(*) AS lines, count(*) FILTER (WHERE order_name IS NOT NULL) AS order_lines,
  count(*) FILTER (WHERE bucket = 'unknown' OR (bucket IN ('sale', 'refund') AND order_name IS NULL AND o.line_id IS NULL)) AS unexplained_lines,
  count(*) FILTER (WHERE bucket = 'unknown') AS unknown_lines, min(l.file_id) AS file_id, min(l.row_no) AS row_no
FROM line_fact AS l JOIN own AS w ON w.account = l.account AND w.payout_id = l.payout_id
LEFT JOIN opening_line AS o ON o.account = l.account AND o.line_id = l.line_id
WHERE l.payout_id IS NOT NULL GROUP BY l.account, l.payout_id
