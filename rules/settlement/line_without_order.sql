/*
title = "Settlement line without an order"
kind = "check"
rule = "S-02"
code = "LINE_WITHOUT_ORDER"
severity = "high"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "The processor paid for a sale that the shop does not know, be it of no order or beside all payments of one. Where it is the sale of an order whose number is missing in the exports, or that the shop calls paid and knows no payment of, that is the finding; payments at a terminal are held against the closings of the tills."
suggestion = "Find the order and assign the line, or keep it in suspense."
reads = ["line_fact", "match_settlement_line", "tender", "account_store", "watermark_fact", "opening_line", "line_of_missing_order", "order_fact", "line_changed", "till_payment"]
needs = ["sales_order", "order_transaction"]
*/
WITH known AS (
  SELECT a.account, min(w.complete_until) AS complete_until
  FROM account_store AS a LEFT JOIN watermark_fact AS w ON w.source = 'sales_order' AND w.owner_key = a.store
  GROUP BY a.account HAVING count(*) = count(w.complete_until)
), loose AS (
  SELECT l.account, l.line_id, l.entity, l.store, l.order_name, l.named_order, l.native_type, l.currency, l.gross, l.booked_on, l.occurred_at, l.file_id, l.row_no
  FROM line_fact AS l JOIN known AS k ON k.account = l.account AND l.booked_on <= k.complete_until
  WHERE l.bucket = 'sale' AND l.gross > 0
    AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id)
    AND NOT EXISTS (SELECT 1 FROM opening_line AS o WHERE o.account = l.account AND o.line_id = l.line_id)
    AND NOT EXISTS (SELECT 1 FROM line_of_missing_order AS x WHERE x.account = l.account AND x.line_id = l.line_id)
    AND NOT EXISTS (SELECT 1 FROM till_payment AS c WHERE c.account = l.account)
), further AS (
  -- every payment of its order has a line of its own, and none of these has its amount: that would be the same payment once more
  SELECT l.account, l.line_id
  FROM loose AS l
  WHERE EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.store = l.store AND m.order_name = l.order_name AND m.side = 'sale')
    AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.store = l.store AND m.order_name = l.order_name AND m.side = 'sale' AND m.right_amount = l.gross)
    AND NOT EXISTS (
      SELECT 1 FROM tender AS t
      WHERE t.store = l.store AND t.order_name = l.order_name AND t.account = l.account AND t.side = 'sale' AND t.amount > 0
        AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key))
    AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.line_id = l.line_id)
    AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.before_id = l.line_id)
), near AS (
  SELECT l.account, l.line_id, t.subject_key, t.amount - l.gross AS delta,
    row_number() OVER (PARTITION BY l.account, l.line_id ORDER BY abs(t.amount - l.gross), abs(date_diff('second', t.created_at, l.occurred_at)), t.subject_key) AS place
  FROM loose AS l
  JOIN tender AS t ON t.account = l.account AND t.side = 'sale' AND t.created_on = l.booked_on AND abs(t.amount - l.gross) <= CAST(l.gross AS DECIMAL(20,4)) * CAST(0.1 AS DECIMAL(18,4))
  WHERE l.order_name IS NULL AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
), nearest AS (
  SELECT account, line_id, concat('[', string_agg(concat('{"candidate":"', subject_key, '","failed":"names the order","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place), ']') AS candidates
  FROM near WHERE place <= 3 GROUP BY account, line_id
)
SELECT l.entity, NULL AS store, concat(l.account, '/', l.line_id) AS subject_key, NULL AS expected, l.gross AS actual, l.gross AS difference, l.currency, NULL AS due_on,
  CASE WHEN l.named_order IS NULL THEN concat('A ', l.native_type, ' line of ', CAST(l.booked_on AS VARCHAR), ' names no order.')
       ELSE concat('A ', l.native_type, ' line of ', CAST(l.booked_on AS VARCHAR), ' names order ', l.named_order, ', for which the shop shows no such payment.') END AS cause,
  concat(l.file_id, ':', l.row_no) AS evidence, n.candidates
FROM loose AS l
LEFT JOIN nearest AS n ON n.account = l.account AND n.line_id = l.line_id
WHERE l.order_name IS NULL OR (
    (NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.store = l.store AND t.order_name = l.order_name AND t.account = l.account AND t.side = 'sale')
      OR EXISTS (SELECT 1 FROM further AS b WHERE b.account = l.account AND b.line_id = l.line_id))
    AND NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.store = l.store AND t.order_name = l.order_name AND t.account IS NULL)
    AND NOT EXISTS (
      SELECT 1 FROM order_fact AS f JOIN watermark_fact AS k ON k.source = 'order_transaction' AND k.owner_key = f.store AND greatest(f.created_on, f.paid_on) <= k.complete_until AND (f.last_at IS NULL OR f.last_at <= k.known_at)
      WHERE f.store = l.store AND f.order_name = l.order_name AND NOT f.is_void AND f.is_paid AND f.total - f.outstanding - f.refunded <> 0
        AND NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.store = f.store AND t.order_name = f.order_name))
    AND EXISTS (SELECT 1 FROM watermark_fact AS o WHERE o.source = 'order_transaction' AND o.owner_key = l.store AND l.booked_on <= o.complete_until))
ORDER BY subject_key
