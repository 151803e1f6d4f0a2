/*
title = "Payments do not sum to what was received"
kind = "check"
rule = "P-01"
code = "PAYMENT_SUM_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "The order says it was paid, its payments say another amount, or are in another currency and their settlement lines do not show what they are in the order's. More than it says, by what was captured above the authorisation, is that finding; so is what was paid for a change after the order was settled, where it fits the last version (K-06); a day of which the shop's payments show nothing is one of its feed; what a test payment is said to have paid is that payment's. A tax that the channel owes may have stayed with it. What was paid too much and given back leaves nothing to tell."
suggestion = "Look at the order payments in the shop; collect or refund the difference."
reads = ["order_fact", "order_transaction_current", "tender", "watermark_fact", "over_captured", "payment_gap", "match_settlement_line", "line_fact", "facilitator_tax", "overpaid_refund"]
needs = ["order_transaction"]
*/
WITH paid AS (
  -- a refund that was learnt after the last export of orders is in none of them
  SELECT t.store, t.order_name, t.currency, sum(CASE WHEN t.side <> 'refund' THEN t.amount WHEN t.known_at > w.known_at THEN 0 ELSE - t.amount END) AS received
  FROM tender AS t LEFT JOIN watermark_fact AS w ON w.source = 'sales_order' AND w.owner_key = t.store GROUP BY t.store, t.order_name, t.currency
), pretended AS (
  -- what payments of a test gateway are said to have paid
  SELECT store, order_name, currency, sum(CASE WHEN kind = 'refund' THEN - amount ELSE amount END) AS received
  FROM order_transaction_current WHERE is_test AND status = 'success' AND kind IN ('sale', 'capture', 'refund') GROUP BY store, order_name, currency
), elsewhere AS (
  SELECT p.store, p.order_name, string_agg(concat(CAST(p.received AS VARCHAR), ' ', p.currency), ', ' ORDER BY p.currency) AS words
  FROM paid AS p JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name WHERE p.currency <> o.currency GROUP BY p.store, p.order_name
), apart AS (
  -- a payment that was settled in another currency than it was made is that finding, from the day on which both sides reach it
  SELECT DISTINCT t.store, t.order_name
  FROM tender AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN match_settlement_line AS m ON m.left_key = t.subject_key JOIN line_fact AS l ON l.account = m.account AND l.line_id = m.line_id
  JOIN watermark_fact AS v ON v.source = 'order_transaction' AND v.owner_key = t.store AND l.booked_on <= v.complete_until
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = m.account AND t.created_on <= w.complete_until
  WHERE t.currency <> o.currency AND m.difference <> 0
  UNION
  -- paid in another currency alone, and no line yet shows what that is in the order's: the payment is in transit, and overdue some days later
  SELECT t.store, t.order_name
  FROM tender AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = t.account
  WHERE t.currency <> o.currency AND t.by_processor AND t.side = 'sale' AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
    AND NOT EXISTS (SELECT 1 FROM tender AS x WHERE x.store = t.store AND x.order_name = t.order_name AND (x.currency = o.currency OR x.side = 'refund'))
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total - o.outstanding - o.refunded AS expected, coalesce(p.received, 0) AS actual,
  o.total - o.outstanding - o.refunded - coalesce(p.received, 0) AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' says ', CAST(o.total - o.outstanding - o.refunded AS VARCHAR), ' was received and kept, its payments ', CAST(coalesce(p.received, 0) AS VARCHAR), CASE WHEN e.words IS NOT NULL THEN concat(' and in other currencies ', e.words) ELSE '' END, '.') AS cause,
  concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = o.store AND greatest(o.created_on, o.paid_on) <= w.complete_until AND (o.last_at IS NULL OR o.last_at <= w.known_at)
LEFT JOIN paid AS p ON p.store = o.store AND p.order_name = o.order_name AND p.currency = o.currency
LEFT JOIN elsewhere AS e ON e.store = o.store AND e.order_name = o.order_name
WHERE NOT o.is_void AND o.is_paid AND o.total - o.outstanding - o.refunded <> coalesce(p.received, 0) AND coalesce(o.last_kept <> coalesce(p.received, 0), TRUE)
  AND NOT EXISTS (SELECT 1 FROM facilitator_tax AS f WHERE f.store = o.store AND f.order_name = o.order_name AND o.total - o.outstanding - o.refunded - f.liable = coalesce(p.received, 0))
  AND NOT EXISTS (SELECT 1 FROM over_captured AS c WHERE c.store = o.store AND c.order_name = o.order_name AND c.currency = o.currency AND c.captured - c.authorised = coalesce(p.received, 0) - (o.total - o.outstanding - o.refunded))
  AND NOT EXISTS (SELECT 1 FROM pretended AS x WHERE x.store = o.store AND x.order_name = o.order_name AND x.currency = o.currency AND x.received = o.total - o.outstanding - o.refunded - coalesce(p.received, 0))
  AND NOT EXISTS (SELECT 1 FROM overpaid_refund AS v WHERE v.store = o.store AND v.order_name = o.order_name AND v.currency = o.currency AND coalesce(p.received, 0) - v.given_back = o.total - o.outstanding - o.refunded)
  AND NOT EXISTS (SELECT 1 FROM payment_gap AS g WHERE g.store = o.store AND g.day = o.paid_on AND p.received IS NULL AND e.words IS NULL)
  AND NOT EXISTS (SELECT 1 FROM apart AS a WHERE a.store = o.store AND a.order_name = o.order_name)
ORDER BY subject_key
