/*
title = "Refund failed and the customer was not paid again"
kind = "check"
rule = "F-08"
code = "REFUND_FAILED"
severity = "high"
class = "BUSINESS"
subject = "settlement_line"
owner = "store-operations"
why = "The money came back to the balance, and the customer still waits for it. A refund of the order that followed has paid it: then nothing is owed."
suggestion = "Refund the customer again, or record what is owed."
reads = ["line_fact", "settlement_line_current"]
against = ["line_fact"]
*/
WITH failed AS (
  SELECT l.entity, l.account, l.line_id, l.store, coalesce(l.order_name, l.named_order) AS order_name, l.gross, l.currency, l.booked_on, l.file_id, l.row_no,
    row_number() OVER (PARTITION BY l.account, coalesce(l.order_name, l.named_order), l.gross, l.currency ORDER BY l.booked_on, l.occurred_at, l.line_id) AS place
  FROM line_fact AS l JOIN settlement_line_current AS s ON s.account = l.account AND s.line_id = l.line_id WHERE s.event_type = 'refund_failed' AND l.gross > 0
), again AS (
  -- refunds of that amount that began on the day of the first failure or later: each pays one failure
  SELECT f.account, f.order_name, f.gross, f.currency, count(*) AS refunds
  FROM (SELECT account, order_name, gross, currency, min(booked_on) AS booked_on FROM failed WHERE order_name IS NOT NULL GROUP BY account, order_name, gross, currency) AS f
  JOIN line_fact AS l ON l.account = f.account AND coalesce(l.order_name, l.named_order) = f.order_name AND l.currency = f.currency AND l.bucket = 'refund' AND l.gross = - f.gross AND l.booked_on > f.booked_on
  GROUP BY f.account, f.order_name, f.gross, f.currency
)
SELECT f.entity, f.store, concat(f.account, '/', f.line_id) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, f.gross AS actual, f.gross AS difference, f.currency, NULL AS due_on,
  concat('On ', CAST(f.booked_on AS VARCHAR), ' a refund of ', CAST(f.gross AS VARCHAR), coalesce(concat(' of ', f.order_name), ''), ' failed; the customer has no other.') AS cause, concat(f.file_id, ':', f.row_no) AS evidence, NULL AS candidates
FROM failed AS f LEFT JOIN again AS a ON a.account = f.account AND a.order_name = f.order_name AND a.gross = f.gross AND a.currency = f.currency
WHERE f.place > coalesce(a.refunds, 0)
ORDER BY subject_key
