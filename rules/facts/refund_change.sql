/*
title = "Refunds that failed, and those that paid them again"
kind = "fact"
why = "A refund that failed came back to the balance, and its customer is owed it until a later refund of the same order and amount goes out; each pays one failure, as in F-08."
reads = ["map_processor_account", "line_fact", "settlement_line_current"]
*/
WITH owner AS (
  SELECT account, min(entity) AS entity, min(currency) AS currency FROM map_processor_account GROUP BY account HAVING min(entity) = max(entity) AND min(currency) = max(currency)
), failure AS (
  SELECT l.account, l.line_id, coalesce(l.order_name, l.named_order) AS order_name, l.gross, l.currency, l.booked_on, concat(l.file_id, ':', l.row_no) AS evidence,
    row_number() OVER (PARTITION BY l.account, coalesce(l.order_name, l.named_order), l.gross, l.currency ORDER BY l.booked_on, l.occurred_at, l.line_id) AS place
  FROM settlement_line_current AS s JOIN line_fact AS l ON l.account = s.account AND l.line_id = s.line_id WHERE s.event_type = 'refund_failed' AND l.gross > 0
), first_failure AS (
  SELECT account, order_name, gross, currency, min(booked_on) AS booked_on, count(*) AS failures FROM failure WHERE order_name IS NOT NULL GROUP BY account, order_name, gross, currency
), again AS (
  SELECT f.account, l.line_id, f.gross, l.booked_on, f.currency, concat(l.file_id, ':', l.row_no) AS evidence, f.failures, row_number() OVER (PARTITION BY f.account, f.order_name, f.gross, f.currency ORDER BY l.booked_on, l.line_id) AS place
  FROM first_failure AS f JOIN line_fact AS l ON l.account = f.account AND coalesce(l.order_name, l.named_order) = f.order_name AND l.currency = f.currency AND l.bucket = 'refund' AND l.gross = - f.gross AND l.booked_on > f.booked_on
), change AS (
  SELECT account, line_id, booked_on, currency, gross AS amount, 'refund failed' AS reason, evidence FROM failure
  UNION ALL
  SELECT account, line_id, booked_on, currency, - gross, 'paid again', evidence FROM again WHERE place <= failures
)
SELECT o.entity, c.account, c.line_id, c.booked_on, c.currency, c.amount, c.reason, c.evidence FROM change AS c JOIN owner AS o ON o.account = c.account
