/*
title = "More was refunded than was captured"
kind = "check"
rule = "F-09"
code = "REFUND_EXCEEDS_CAPTURE"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "Nobody is owed more than was paid: an error, or fraud."
suggestion = "Ask who refunded it; have the customer or the processor pay the difference back."
reads = ["order_fact", "tender", "refund_uncaptured"]
needs = ["order_transaction"]
against = ["tender"]
*/
WITH moved AS (
  -- payments that the exports hold from before an order's first payment do not make a refund too much: something must have been captured, or the order be younger than the exports
  SELECT t.store, t.order_name, t.currency, sum(CASE WHEN t.side = 'refund' THEN 0 ELSE t.amount END) AS captured, sum(CASE WHEN t.side = 'refund' THEN t.amount ELSE 0 END) AS refunded,
    string_agg(concat(t.file_id, ':', t.row_no), ' ' ORDER BY t.ordinal) AS evidence
  FROM tender AS t GROUP BY t.store, t.order_name, t.currency HAVING sum(CASE WHEN t.side = 'refund' THEN 0 ELSE t.amount END) > 0
  UNION ALL
  SELECT u.store, u.order_name, u.currency, CAST(0 AS DECIMAL(18,4)), u.refunded, u.evidence FROM refund_uncaptured AS u
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, m.captured AS expected, m.refunded AS actual, m.refunded - m.captured AS difference, m.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' was paid with ', CAST(m.captured AS VARCHAR), ' and refunded with ', CAST(m.refunded AS VARCHAR), '.') AS cause, m.evidence, NULL AS candidates
FROM moved AS m JOIN order_fact AS o ON o.store = m.store AND o.order_name = m.order_name
WHERE m.refunded > m.captured
ORDER BY subject_key
