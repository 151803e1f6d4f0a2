/*
title = "Orders that were sent and whose authorised payment was never captured"
kind = "fact"
why = "By gateway: one with an authorisation and neither a capture nor a sale, of an order that the shop does not call paid. What was authorised again counts once. An order that is cancelled or came back, or whose authorisation somebody took back after it was sent, is none."
reads = ["order_transaction_current", "order_fact", "sales_order_current", "fulfillment_current", "tender"]
*/
WITH unpaid AS (
  SELECT store, order_name FROM order_fact WHERE NOT is_paid AND cancelled_at IS NULL
), event AS (
  SELECT t.store, t.order_name, t.gateway, t.currency, max(CASE WHEN kind IN ('authorization', 'emv_authorization') THEN amount END) AS authorised, max(CASE WHEN kind IN ('authorization', 'emv_authorization') THEN created_on END) AS authorised_on,
    bool_or(kind IN ('capture', 'sale')) AS is_captured, max(CASE WHEN kind = 'void' THEN created_on END) AS voided_on, string_agg(CASE WHEN kind IN ('authorization', 'emv_authorization', 'void') THEN concat(file_id, ':', row_no) END, ' ' ORDER BY created_at, transaction_key) AS evidence
  FROM order_transaction_current AS t JOIN unpaid AS o ON o.store = t.store AND o.order_name = t.order_name
  WHERE t.status = 'success' AND NOT t.is_test AND t.kind IN ('authorization', 'emv_authorization', 'capture', 'sale', 'void')
  GROUP BY t.store, t.order_name, t.gateway, t.currency HAVING bool_or(kind IN ('authorization', 'emv_authorization'))
), bare AS (
  SELECT store, order_name, currency, min(gateway) AS gateway, sum(authorised) AS authorised, max(authorised_on) AS authorised_on, max(voided_on) AS voided_on, string_agg(evidence, ' ' ORDER BY gateway) AS evidence
  FROM event WHERE NOT is_captured GROUP BY store, order_name, currency
), sent AS (
  SELECT f.store, f.order_name, min(f.created_on) AS sent_on, string_agg(concat(f.file_id, ':', f.row_no), ' ' ORDER BY f.fulfillment_id) AS evidence
  FROM bare AS b JOIN fulfillment_current AS f ON f.store = b.store AND f.order_name = b.order_name AND f.status = 'success' GROUP BY f.store, f.order_name
), received AS (
  SELECT t.store, t.order_name, sum(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END) AS amount FROM bare AS b JOIN tender AS t ON t.store = b.store AND t.order_name = b.order_name AND t.currency = b.currency GROUP BY t.store, t.order_name
)
SELECT o.entity, o.store, o.order_name, o.currency, b.gateway, CAST(least(b.authorised, o.total - coalesce(r.amount, 0)) AS DECIMAL(18,4)) AS amount, b.authorised_on, coalesce(s.sent_on, o.fulfilled_on) AS sent_on, b.voided_on,
  concat_ws(' ', concat(o.file_id, ':', o.row_no), b.evidence, s.evidence) AS evidence
FROM bare AS b JOIN order_fact AS o ON o.store = b.store AND o.order_name = b.order_name AND o.currency = b.currency
JOIN sales_order_current AS c ON c.store = o.store AND c.order_name = o.order_name
LEFT JOIN sent AS s ON s.store = o.store AND s.order_name = o.order_name
LEFT JOIN received AS r ON r.store = o.store AND r.order_name = o.order_name
WHERE coalesce(s.sent_on, o.fulfilled_on) IS NOT NULL AND c.cancelled_at IS NULL AND c.financial_status NOT IN ('paid', 'partially_refunded', 'refunded') AND coalesce(c.fulfillment_status, '') <> 'restocked'
  AND (b.voided_on IS NULL OR b.voided_on <= coalesce(s.sent_on, o.fulfilled_on)) AND o.total > coalesce(r.amount, 0)
