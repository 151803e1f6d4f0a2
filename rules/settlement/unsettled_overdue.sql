/*
title = "Captured payment was not settled"
kind = "check"
rule = "S-01"
code = "UNSETTLED_OVERDUE"
severity = "high"
class = "TIMING"
subject = "order_transaction"
owner = "treasury"
why = "Money that the customer paid has not come from the processor. A line finds its payment through the order: without the order nothing is said. Where a payout lacks that line, or those of the whole day, or the exports the order, that is the finding; so is a line that a later report calls another kind. Where the report lacks the day, the payment waits in that finding."
suggestion = "Ask the processor for the charge."
reads = ["tender", "match_settlement_line", "watermark_fact", "business_day", "run_context", "rule_parameter", "line_fact", "order_fact", "line_gap", "missing_line", "order_missing", "line_changed"]
needs = ["settlement_line", "sales_order"]

[parameters.business_days]
default = "5"
meaning = "business days from capture to settlement line"
*/
WITH loose AS (
  SELECT l.account, l.store, l.order_name, concat(l.account, '/', l.line_id) AS line_key, l.gross, count(*) OVER (PARTITION BY l.account, l.store, l.order_name) AS ways,
    row_number() OVER (PARTITION BY l.account, l.store, l.order_name ORDER BY l.line_id) AS place
  FROM line_fact AS l
  WHERE l.bucket = 'sale' AND l.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS x WHERE x.account = l.account AND x.line_id = l.line_id)
)
SELECT t.entity, t.store, t.subject_key, t.amount AS expected, NULL AS actual, t.amount AS difference, t.currency,
  b1.day AS due_on,
  concat('Captured on ', CAST(t.created_on AS VARCHAR), ' through ', t.gateway, '; no settlement line of ', t.account, ' belongs to it.') AS cause, concat(t.file_id, ':', t.row_no) AS evidence,
  CASE WHEN c.line_key IS NOT NULL THEN concat('[{"candidate":"', c.line_key, '","failed":"amount equal","delta":"', CAST(c.gross - t.amount AS VARCHAR), '"}]') END AS candidates
FROM tender AS t
CROSS JOIN run_context AS r
JOIN rule_parameter AS k ON k.rule = 'S-01' AND k.name = 'business_days' AND k.entity = t.entity
JOIN business_day AS b0 ON b0.entity = t.entity AND b0.day = t.created_on
JOIN business_day AS b1 ON b1.entity = t.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
LEFT JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = t.account
LEFT JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
LEFT JOIN watermark_fact AS s ON s.source = 'sales_order' AND s.owner_key = t.store
LEFT JOIN loose AS c ON c.account = t.account AND c.store = t.store AND c.order_name = t.order_name AND c.place = 1
WHERE (o.order_name IS NOT NULL OR t.created_on <= s.complete_until) AND (b1.day >= r.as_of OR b1.day <= w.complete_until) AND t.by_processor AND t.side = 'sale' AND t.amount > 0 AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
  AND NOT EXISTS (SELECT 1 FROM line_gap AS g WHERE g.account = t.account AND g.store = t.store AND g.day = t.created_on AND g.payout_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM missing_line AS x WHERE x.subject_key = t.subject_key)
  AND NOT EXISTS (SELECT 1 FROM order_missing AS z WHERE z.store = t.store AND z.order_name = t.order_name)
  AND NOT EXISTS (SELECT 1 FROM line_changed AS h JOIN line_fact AS l ON l.account = h.account AND l.line_id = h.line_id WHERE h.type_before IS NOT NULL AND h.account = t.account AND l.store = t.store AND l.order_name = t.order_name AND h.gross_before = t.amount)
ORDER BY t.subject_key
