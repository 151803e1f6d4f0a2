/*
title = "Days that a shop's payments have nothing of"
kind = "fact"
why = "A day between others on which two orders or more were paid, none of which has a payment, and of which the store's exports show no payment at all: they lack the day. It is one finding, of the feed that brings the payments; the orders are part of it. Where no feed of the books brought them, or the orders belong before the cut-over, each order speaks for itself."
reads = ["order_fact", "order_transaction_current", "watermark_fact", "file", "feed", "cutover"]
*/
WITH event AS (
  SELECT store, order_name, created_on, file_id FROM order_transaction_current
), known AS (
  SELECT e.store, min(e.created_on) AS first_on, max(e.created_on) AS last_on, min(w.complete_until) AS complete_until
  FROM event AS e JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = e.store GROUP BY e.store
), brought AS (
  SELECT e.store, f.feed, row_number() OVER (PARTITION BY e.store ORDER BY max(e.created_on) DESC, f.feed) AS place
  FROM event AS e JOIN file AS f ON f.file_id = e.file_id JOIN feed AS d ON d.feed = f.feed GROUP BY e.store, f.feed
), bare AS (
  SELECT o.store, o.paid_on AS day, count(*) AS orders, sum(o.total - o.outstanding - o.refunded) AS amount, min(o.currency) AS currency, max(o.currency) AS last_currency
  FROM order_fact AS o JOIN known AS k ON k.store = o.store AND o.paid_on > k.first_on AND o.paid_on < k.last_on AND o.paid_on <= k.complete_until
  LEFT JOIN (SELECT DISTINCT store, order_name FROM event) AS e ON e.store = o.store AND e.order_name = o.order_name
  LEFT JOIN cutover AS c ON c.entity = o.entity
  WHERE (c.cutover_on IS NULL OR o.created_on >= c.cutover_on) AND NOT o.is_void AND o.is_paid AND o.total - o.outstanding - o.refunded <> 0
  GROUP BY o.store, o.paid_on HAVING count(*) > 1 AND count(e.order_name) = 0
)
SELECT b.store, f.feed, b.day, b.orders, CASE WHEN b.currency = b.last_currency THEN b.amount END AS amount, CASE WHEN b.currency = b.last_currency THEN b.currency END AS currency
FROM bare AS b JOIN brought AS f ON f.store = b.store AND f.place = 1
WHERE NOT EXISTS (SELECT 1 FROM event AS e WHERE e.store = b.store AND e.created_on = b.day)
