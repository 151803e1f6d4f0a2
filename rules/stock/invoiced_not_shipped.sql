/*
title = "Order was invoiced and nothing was sent"
kind = "check"
rule = "I-06"
code = "INVOICED_NOT_SHIPPED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "logistics"
why = "Revenue stands in the books for goods that nobody sent. An order that is void, cancelled or refunded waits for nothing, nor does one without goods to send; what Odoo alone delivered is told as that (Q-02), and what the warehouse of a third party alone sent as that (Q-07)."
suggestion = "Send the goods, or credit the invoice."
reads = ["order_fact", "order_sent", "order_invoice", "sales_order_line_current", "watermark_fact", "business_day", "rule_parameter", "finding"]
needs = ["fulfillment", "odoo_move"]

[parameters.waiting]
default = "15"
meaning = "business days from invoice to sending"
*/
WITH goods AS (
  SELECT store, order_name FROM sales_order_line_current WHERE NOT is_tip AND coalesce(requires_shipping, FALSE) AND quantity > 0 GROUP BY store, order_name
), begun AS (
  SELECT store, min(sent_from) AS first_on FROM order_sent WHERE fulfillments > 0 GROUP BY store
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, i.total AS actual, i.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' was invoiced on ', CAST(i.invoiced_on AS VARCHAR), '; nothing of it was sent.') AS cause, concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
JOIN goods AS g ON g.store = o.store AND g.order_name = o.order_name
JOIN begun AS f ON f.store = o.store AND f.first_on <= o.created_on
JOIN rule_parameter AS k ON k.rule = 'I-06' AND k.name = 'waiting' AND k.entity = o.entity
JOIN business_day AS b0 ON b0.entity = o.entity AND b0.day = i.invoiced_on
JOIN business_day AS b1 ON b1.entity = o.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'fulfillment' AND w.owner_key = o.store AND b1.day <= w.complete_until
WHERE NOT o.is_void AND o.cancelled_at IS NULL AND o.fulfilled_on IS NULL AND o.financial_status <> 'refunded' AND i.total > 0
  AND NOT EXISTS (SELECT 1 FROM order_sent AS s WHERE s.store = o.store AND s.order_name = o.order_name AND (s.fulfillments > 0 OR s.deliveries > 0))
  AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.subject_kind = 'order' AND f.subject_key = concat(o.store, '/', o.order_name) AND f.code = 'THIRD_PARTY_STOCK_DIFF')
ORDER BY subject_key
