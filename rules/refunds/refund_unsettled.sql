/*
title = "Refund was not settled"
kind = "check"
rule = "F-03"
code = "REFUND_UNSETTLED"
severity = "high"
class = "TIMING"
subject = "refund"
owner = "treasury"
why = "The customer may not have the money. A line finds its refund through the order: without the order nothing is said."
suggestion = "Ask the processor for the refund."
reads = ["refund_fact", "match_settlement_line", "watermark_fact", "business_day", "run_context", "tender", "rule_parameter", "order_fact", "order_missing"]
needs = ["settlement_line", "sales_order"]

[parameters.business_days]
default = "5"
meaning = "business days from refund to settlement line"
*/
SELECT r.entity, r.store, concat(r.store, '/', r.order_name, '/', r.refund_no) AS subject_key, r.amount AS expected, NULL AS actual, r.amount AS difference, r.currency,
  b1.day AS due_on,
  concat('Refunded on ', CAST(r.created_on AS VARCHAR), '; no settlement line of ', r.account, ' belongs to it.') AS cause, concat(r.file_id, ':', r.row_no) AS evidence, NULL AS candidates
FROM refund_fact AS r
CROSS JOIN run_context AS x
JOIN tender AS t ON t.store = r.store AND t.order_name = r.order_name AND t.ordinal = r.ordinal
JOIN rule_parameter AS k ON k.rule = 'F-03' AND k.name = 'business_days' AND k.entity = r.entity
JOIN business_day AS b0 ON b0.entity = r.entity AND b0.day = r.created_on
JOIN business_day AS b1 ON b1.entity = r.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
LEFT JOIN order_fact AS o ON o.store = r.store AND o.order_name = r.order_name
LEFT JOIN watermark_fact AS s ON s.source = 'sales_order' AND s.owner_key = r.store
LEFT JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = r.account
WHERE (o.order_name IS NOT NULL OR r.created_on <= s.complete_until) AND (b1.day >= x.as_of OR b1.day <= w.complete_until) AND r.by_processor AND r.amount > 0 AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
  AND NOT EXISTS (SELECT 1 FROM order_missing AS z WHERE z.store = r.store AND z.order_name = r.order_name)
ORDER BY subject_key
