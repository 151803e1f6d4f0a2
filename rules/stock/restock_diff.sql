/*
title = "Restocked goods of a refund did not come back, or came back unasked"
kind = "check"
rule = "F-12"
code = "RESTOCK_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "logistics"
why = "A refund that puts goods back to the stock needs their receipt in Odoo, and a receipt needs a refund or a return. What belongs to a return is told by it (Q-04); goods of a cancelled line were never sent."
suggestion = "Receive the goods in Odoo, or correct the refund's restocking in the shop."
reads = ["refund_line_current", "order_refund_current", "order_return_current", "order_sent", "order_fact", "sale_order_fact", "watermark_fact", "business_day", "rule_parameter"]
needs = ["order_refund", "odoo_picking"]

[parameters.business_days]
default = "5"
meaning = "business days from the refund to the receipt of its goods, or the other way round"
*/
WITH restocked AS (
  SELECT l.store, l.order_name, CAST(sum(l.quantity) AS DECIMAL(18,6)) AS pieces, min(r.refunded_on) AS first_on, max(r.refunded_on) AS last_on, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.refund_id, l.line_id) AS evidence
  FROM refund_line_current AS l JOIN order_refund_current AS r ON r.store = l.store AND r.refund_id = l.refund_id
  WHERE l.restock_type = 'return' AND l.quantity > 0
  GROUP BY l.store, l.order_name
), returned AS (
  SELECT store, order_name FROM order_return_current WHERE status NOT IN ('declined', 'canceled', 'cancelled') GROUP BY store, order_name
), begun AS (
  SELECT store, min(refunded_on) AS first_on FROM order_refund_current GROUP BY store
), pair AS (
  SELECT o.entity, o.store, o.order_name, r.pieces, r.last_on, coalesce(s.receipts, 0) AS receipts, s.received, s.received_on, coalesce(s.counts_alike, FALSE) AS counts_alike, concat_ws(' ', r.evidence, s.evidence) AS evidence, greatest(r.last_on, s.received_on) AS day
  FROM order_fact AS o LEFT JOIN restocked AS r ON r.store = o.store AND r.order_name = o.order_name LEFT JOIN order_sent AS s ON s.store = o.store AND s.order_name = o.order_name
  JOIN sale_order_fact AS q ON q.store = o.store AND q.order_name = o.order_name AND q.place = 1
  JOIN begun AS b ON b.store = o.store AND (b.first_on <= o.created_on OR r.pieces IS NOT NULL AND coalesce(s.receipts, 0) = 0)
  WHERE (r.pieces IS NOT NULL OR s.receipts > 0) AND NOT EXISTS (SELECT 1 FROM returned AS t WHERE t.store = o.store AND t.order_name = o.order_name)
)
SELECT p.entity, p.store, concat(p.store, '/', p.order_name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  CASE WHEN p.receipts = 0 THEN concat('A refund of ', CAST(p.last_on AS VARCHAR), ' puts ', CAST(CAST(p.pieces AS DECIMAL(18,2)) AS VARCHAR), ' pieces of ', p.order_name, ' back to the stock; Odoo has received none.')
       WHEN p.pieces IS NULL THEN concat('Odoo received goods of ', p.order_name, ' on ', CAST(p.received_on AS VARCHAR), '; the shop has neither a return nor a refund that restocks them.')
       ELSE concat('Refunds of ', p.order_name, ' put ', CAST(CAST(p.pieces AS DECIMAL(18,2)) AS VARCHAR), ' pieces back to the stock, Odoo received ', CAST(CAST(p.received AS DECIMAL(18,2)) AS VARCHAR), '.') END AS cause, p.evidence, NULL AS candidates
FROM pair AS p
JOIN rule_parameter AS k ON k.rule = 'F-12' AND k.name = 'business_days' AND k.entity = p.entity
JOIN business_day AS b0 ON b0.entity = p.entity AND b0.day = p.day
JOIN business_day AS b1 ON b1.entity = p.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'odoo_picking' AND w.owner_key = p.entity JOIN watermark_fact AS f ON f.source = 'sales_order' AND f.owner_key = p.store
WHERE b1.day <= CASE WHEN p.pieces IS NULL THEN f.complete_until ELSE w.complete_until END AND (p.receipts = 0 OR p.pieces IS NULL OR (p.counts_alike AND p.received <> p.pieces))
ORDER BY subject_key
