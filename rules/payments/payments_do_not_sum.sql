/*
title = "Payments do not sum to what was received"
kind = "check"
rule = "P-01"
code = "PAYMENT_SUM_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "The order says it was paid, its payments say another amount. More than it says, by what was captured above the authorisation, is that finding; a day of which the shop's payments show nothing is one of its feed."
suggestion = "Look at the order payments in the shop; collect or refund the difference."
reads = ["order_fact", "tender", "watermark_fact", "over_captured", "payment_gap"]
needs = ["order_transaction"]
*/
WITH paid AS (
  SELECT store, order_name, sum(CASE WHEN side = 'refund' THEN - amount ELSE amount END) AS received FROM tender GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total - o.outstanding - o.refunded AS expected, coalesce(p.received, 0) AS actual,
  o.total - o.outstanding - o.refunded - coalesce(p.received, 0) AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' says ', CAST(o.total - o.outstanding - o.refunded AS VARCHAR), ' was received and kept, its payments ', CAST(coalesce(p.received, 0) AS VARCHAR), '.') AS cause,
  concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = o.store AND greatest(o.created_on, o.paid_on) <= w.complete_until AND (o.changed_at IS NULL OR o.changed_at <= w.known_at)
LEFT JOIN paid AS p ON p.store = o.store AND p.order_name = o.order_name
WHERE NOT o.is_void AND o.is_paid AND o.total - o.outstanding - o.refunded <> coalesce(p.received, 0)
  AND NOT EXISTS (SELECT 1 FROM over_captured AS c WHERE c.store = o.store AND c.order_name = o.order_name AND c.captured - c.authorised = coalesce(p.received, 0) - (o.total - o.outstanding - o.refunded))
  AND NOT EXISTS (SELECT 1 FROM payment_gap AS g WHERE g.store = o.store AND g.day = o.paid_on AND p.received IS NULL)
ORDER BY subject_key
