/*
title = "Store credit of an order is not what its payments say"
kind = "check"
rule = "G-08"
code = "STORE_CREDIT_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "What an order took from store credit, and what a refund put there, is what moved on the account for that order; both directions, within the days of both sources. A movement that names no order may be that of a payment of its amount and day."
suggestion = "Correct the account in the shop, or the payment."
reads = ["tender", "store_credit_fact", "map_store", "watermark_fact", "cutover"]
needs = ["order_transaction", "store_credit_movement"]
*/
WITH side AS (
  SELECT store, order_name, currency, created_on AS day, CASE WHEN side = 'refund' THEN amount ELSE - amount END AS paid, CAST(0 AS DECIMAL(18,4)) AS moved, concat(file_id, ':', row_no) AS evidence FROM tender WHERE tender_kind = 'store_credit'
  UNION ALL
  SELECT store, order_name, currency, moved_on, 0, amount, concat(file_id, ':', row_no) FROM store_credit_fact WHERE order_name IS NOT NULL AND movement_type <> 'expiration'
), until AS (
  SELECT t.owner_key AS store, least(t.complete_until, m.complete_until) AS day FROM watermark_fact AS t JOIN watermark_fact AS m ON m.owner_key = t.owner_key AND m.source = 'store_credit_movement' WHERE t.source = 'order_transaction'
), begun AS (
  SELECT store, min(moved_on) AS first_on FROM store_credit_fact GROUP BY store
), summed AS (
  SELECT s.store, s.order_name, s.currency, CAST(sum(s.paid) AS DECIMAL(18,4)) AS paid, CAST(sum(s.moved) AS DECIMAL(18,4)) AS moved, min(s.day) AS first_on, max(s.day) AS last_on, string_agg(s.evidence, ' ' ORDER BY s.evidence) AS evidence
  FROM side AS s GROUP BY s.store, s.order_name, s.currency HAVING sum(s.paid) <> sum(s.moved)
)
SELECT e.entity, s.store, concat(s.store, '/', s.order_name) AS subject_key, s.paid AS expected, s.moved AS actual, CAST(s.moved - s.paid AS DECIMAL(18,4)) AS difference, s.currency, NULL AS due_on,
  concat('Payments of ', s.order_name, ' moved ', CAST(s.paid AS VARCHAR), ' of store credit, its account moved ', CAST(s.moved AS VARCHAR), '.') AS cause, s.evidence, NULL AS candidates
FROM summed AS s JOIN until AS u ON u.store = s.store AND s.last_on <= u.day JOIN begun AS b ON b.store = s.store AND s.first_on >= b.first_on
JOIN map_store AS e ON e.store = s.store AND s.last_on BETWEEN e.valid_from AND e.valid_to
LEFT JOIN cutover AS c ON c.entity = e.entity
WHERE (c.cutover_on IS NULL OR s.first_on >= c.cutover_on)
  AND NOT EXISTS (SELECT 1 FROM store_credit_fact AS n WHERE n.order_name IS NULL AND s.moved = 0 AND n.store = s.store AND n.currency = s.currency AND n.amount = s.paid AND n.moved_on BETWEEN s.first_on - 1 AND s.last_on + 1)
ORDER BY subject_key
