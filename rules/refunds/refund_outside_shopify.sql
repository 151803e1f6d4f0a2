/*
title = "Refund that the shop does not know"
kind = "check"
rule = "F-11"
code = "REFUND_OUTSIDE_SHOPIFY"
severity = "high"
class = "BUSINESS"
subject = "settlement_line"
owner = "store-operations"
why = "Money left without an order event: stock, tax and revenue stay as they were. Refunds at a terminal are held against the closings of the tills. A refund that failed and that the processor sent again is one to the shop."
suggestion = "Record the refund in the shop."
reads = ["line_fact", "settlement_line_current", "match_settlement_line", "watermark_fact", "account_store", "line_of_missing_order", "line_changed", "till_payment"]
needs = ["order_transaction", "sales_order"]
*/
WITH failure AS (
  SELECT l.account, coalesce(l.order_name, l.named_order) AS order_name, l.gross, l.currency, l.booked_on
  FROM line_fact AS l JOIN settlement_line_current AS s ON s.account = l.account AND s.line_id = l.line_id WHERE s.event_type = 'refund_failed' AND l.gross > 0
), unknown AS (
  SELECT l.account, l.line_id, coalesce(l.order_name, l.named_order) AS order_name, l.gross, l.currency, l.booked_on,
    row_number() OVER (PARTITION BY l.account, coalesce(l.order_name, l.named_order), l.gross, l.currency ORDER BY l.booked_on, l.occurred_at, l.line_id) AS place
  FROM line_fact AS l
  WHERE l.bucket = 'refund' AND l.gross < 0 AND EXISTS (SELECT 1 FROM failure AS f WHERE f.account = l.account)
    AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id)
), sent_again AS (
  -- each failure has one that the shop need not know
  SELECT u.account, u.line_id FROM unknown AS u JOIN failure AS f ON f.account = u.account AND f.order_name = u.order_name AND f.gross = - u.gross AND f.currency = u.currency AND f.booked_on <= u.booked_on
  GROUP BY u.account, u.line_id, u.place HAVING count(*) >= u.place
)
SELECT l.entity, l.store, concat(l.account, '/', l.line_id) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, l.gross AS actual, l.gross AS difference, l.currency, NULL AS due_on,
  concat('The processor gave ', CAST(- l.gross AS VARCHAR), ' ', l.currency, ' back on ', CAST(l.booked_on AS VARCHAR),
    CASE WHEN l.order_name IS NULL THEN '; its line names no order of the shop.' ELSE concat(' for order ', l.order_name, CASE WHEN l.native_type IS NULL OR contains(lower(l.native_type), 'refund') THEN '' ELSE concat(' (', l.native_type, ')') END, '; the shop shows no such refund.') END) AS cause,
  concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line_fact AS l
WHERE l.bucket = 'refund' AND l.gross < 0 AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id)
  AND NOT EXISTS (SELECT 1 FROM line_of_missing_order AS x WHERE x.account = l.account AND x.line_id = l.line_id)
  AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.line_id = l.line_id AND c.before_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.before_id = l.line_id)
  AND NOT EXISTS (SELECT 1 FROM sent_again AS g WHERE g.account = l.account AND g.line_id = l.line_id)
  AND NOT EXISTS (SELECT 1 FROM till_payment AS t WHERE t.account = l.account)
  AND EXISTS (SELECT 1 FROM account_store AS a JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = a.store AND l.booked_on <= w.complete_until WHERE a.account = l.account)
  AND (l.order_name IS NOT NULL OR NOT EXISTS (SELECT 1 FROM account_store AS a LEFT JOIN watermark_fact AS w ON w.source = 'sales_order' AND w.owner_key = a.store WHERE a.account = l.account AND (w.complete_until IS NULL OR l.booked_on > w.complete_until)))
ORDER BY subject_key
