/*
title = "Failed payouts whose money is a line of a later one"
kind = "fact"
why = "A line that returns the money of a failed payout belongs to the payout that pays it out again, where that is another one. It names the payout that failed, or has its amount; within the payout that failed it only cancels the transfer."
reads = ["settlement_line_current", "payout_current"]
*/
WITH listed AS (
  SELECT account, payout_id, currency, amount, paid_on FROM payout_current WHERE payout_id IS NOT NULL AND status IN ('failed', 'canceled')
), lined AS (
  SELECT account, payout_id, min(currency) AS currency, coalesce(- sum(net) FILTER (WHERE event_type = 'payout'), sum(net) FILTER (WHERE bucket <> 'payout')) AS amount, max(payout_on) AS paid_on
  FROM settlement_line_current WHERE payout_id IS NOT NULL AND payout_status IN ('failed', 'canceled') GROUP BY account, payout_id
), failed AS (
  SELECT coalesce(l.account, n.account) AS account, coalesce(l.payout_id, n.payout_id) AS payout_id, coalesce(l.currency, n.currency) AS currency, coalesce(l.amount, n.amount) AS amount, coalesce(l.paid_on, n.paid_on) AS paid_on
  FROM listed AS l FULL JOIN lined AS n ON n.account = l.account AND n.payout_id = l.payout_id
), back AS (
  SELECT account, line_id, payout_id, processor_ref, currency, net, occurred_at FROM settlement_line_current WHERE event_type = 'payout_failed' AND payout_id IS NOT NULL
), named AS (
  SELECT b.account, b.line_id, b.payout_id, f.payout_id AS failed_id FROM back AS b JOIN failed AS f ON f.account = b.account AND f.payout_id = b.processor_ref
), own AS (
  SELECT b.account, b.line_id, b.payout_id FROM back AS b JOIN failed AS f ON f.account = b.account AND f.payout_id = b.payout_id AND f.currency = b.currency AND f.amount = b.net
), loose AS (
  SELECT b.account, b.line_id, b.payout_id, b.currency, b.net, row_number() OVER (PARTITION BY b.account, b.currency, b.net ORDER BY b.occurred_at, b.line_id) AS place
  FROM back AS b
  WHERE NOT EXISTS (SELECT 1 FROM named AS n WHERE n.account = b.account AND n.line_id = b.line_id) AND NOT EXISTS (SELECT 1 FROM own AS o WHERE o.account = b.account AND o.line_id = b.line_id)
), waiting AS (
  SELECT f.account, f.payout_id, f.currency, f.amount, row_number() OVER (PARTITION BY f.account, f.currency, f.amount ORDER BY f.paid_on, f.payout_id) AS place
  FROM failed AS f
  WHERE NOT EXISTS (SELECT 1 FROM named AS n WHERE n.account = f.account AND n.failed_id = f.payout_id) AND NOT EXISTS (SELECT 1 FROM own AS o WHERE o.account = f.account AND o.payout_id = f.payout_id)
)
SELECT account, line_id, payout_id, failed_id FROM named WHERE payout_id <> failed_id
UNION ALL
SELECT l.account, l.line_id, l.payout_id, w.payout_id FROM loose AS l JOIN waiting AS w ON w.account = l.account AND w.currency = l.currency AND w.amount = l.net AND w.place = l.place WHERE w.payout_id <> l.payout_id
