/*
title = "Payment has been pending for too long"
kind = "check"
rule = "P-10"
code = "TX_PENDING_OLD"
severity = "medium"
class = "TIMING"
subject = "order_transaction"
owner = "store-operations"
why = "The processor never said whether the money comes; goods may be sent for nothing, or a customer waits. A tender that nobody pays out is pending by its nature, and an order that is cancelled expects nothing any more."
suggestion = "Ask the processor for the payment; collect it again, or cancel the order."
reads = ["order_transaction_current", "order_fact", "map_gateway", "tender_account", "rule_parameter", "watermark_fact"]
needs = ["order_transaction"]

[parameters.days]
default = "7"
meaning = "days that a payment may be pending"
*/
WITH counted AS (
  SELECT store, order_name, kind, gateway, status, amount, currency, created_at, created_on, is_test, file_id, row_no, transaction_id,
    row_number() OVER (PARTITION BY store, order_name ORDER BY created_at, kind DESC, transaction_key) AS ordinal
  FROM order_transaction_current
), ended AS (
  -- what came of a pending event may be an event of its own, of either outcome
  SELECT store, order_name, gateway, amount, max(created_at) AS ended_at FROM order_transaction_current WHERE status <> 'pending' AND NOT is_test GROUP BY store, order_name, gateway, amount
)
SELECT o.entity, t.store, concat(t.store, '/', t.order_name, '/', coalesce(t.transaction_id, CAST(t.ordinal AS VARCHAR))) AS subject_key, t.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, t.amount AS difference, t.currency,
  t.created_on + CAST(d.value AS INTEGER) AS due_on,
  concat('A ', t.kind, ' of ', CAST(t.amount AS VARCHAR), ' by ', t.gateway, ' of order ', t.order_name, ' is pending since ', CAST(t.created_on AS VARCHAR), '.') AS cause, concat(t.file_id, ':', t.row_no) AS evidence, NULL AS candidates
FROM counted AS t
JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
JOIN rule_parameter AS d ON d.rule = 'P-10' AND d.name = 'days' AND d.entity = o.entity
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = t.store AND t.created_on + CAST(d.value AS INTEGER) < w.complete_until
LEFT JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway AND t.created_on BETWEEN g.valid_from AND g.valid_to
LEFT JOIN tender_account AS k ON k.account = g.account
LEFT JOIN ended AS e ON e.store = t.store AND e.order_name = t.order_name AND e.gateway = t.gateway AND e.amount = t.amount AND e.ended_at >= t.created_at
WHERE t.status = 'pending' AND t.kind IN ('sale', 'capture', 'refund') AND t.amount > 0 AND NOT t.is_test AND k.account IS NULL AND e.store IS NULL AND (t.kind = 'refund' OR NOT o.is_void AND o.cancelled_at IS NULL)
ORDER BY subject_key
