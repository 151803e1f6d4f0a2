/*
title = "What the shop says was sent of each order, and what Odoo delivered and took back"
kind = "fact"
why = "The shop's fulfilments by number of pieces, Odoo's transfers to and from customers. Pieces are compared only where Odoo counts the order's goods as the shop does: a kit is one piece in the shop and several in the stock."
reads = ["order_fact", "fulfillment_current", "sales_order_line_current", "picking_fact"]
*/
WITH sent AS (
  SELECT store, order_name, count(*) AS fulfillments, CASE WHEN count(*) = count(quantity) THEN CAST(sum(quantity) AS DECIMAL(18,6)) END AS pieces, min(created_on) AS first_on, max(created_on) AS last_on, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY fulfillment_id) AS evidence
  FROM fulfillment_current WHERE status = 'success' GROUP BY store, order_name
), known AS (
  SELECT store, order_name FROM fulfillment_current UNION SELECT store, order_name FROM picking_fact
), ordered AS (
  SELECT l.store, l.order_name, CAST(sum(l.quantity) AS DECIMAL(18,6)) AS pieces FROM known AS k JOIN sales_order_line_current AS l ON l.store = k.store AND l.order_name = k.order_name
  WHERE NOT l.is_tip AND coalesce(l.requires_shipping, TRUE) GROUP BY l.store, l.order_name
), moved AS (
  SELECT store, order_name, count(*) FILTER (WHERE direction = 'out' AND state = 'done') AS deliveries, count(*) FILTER (WHERE direction = 'out' AND state <> 'done') AS waiting, count(*) FILTER (WHERE direction = 'in' AND state = 'done') AS receipts,
    CASE WHEN count(*) FILTER (WHERE quantity IS NULL) = 0 THEN CAST(sum(CASE WHEN direction = 'out' THEN demand ELSE 0 END) AS DECIMAL(18,6)) END AS demand,
    CAST(sum(CASE WHEN direction = 'out' AND state = 'done' THEN quantity ELSE 0 END) AS DECIMAL(18,6)) AS delivered, CAST(sum(CASE WHEN direction = 'in' AND state = 'done' THEN quantity ELSE 0 END) AS DECIMAL(18,6)) AS received,
    max(CASE WHEN direction = 'out' AND state = 'done' THEN done_on END) AS delivered_on, max(CASE WHEN direction = 'in' AND state = 'done' THEN done_on END) AS received_on,
    string_agg(concat(file_id, ':', row_no), ' ' ORDER BY odoo_id) AS evidence
  FROM picking_fact GROUP BY store, order_name
)
SELECT o.entity, o.store, o.order_name, o.total, o.currency, o.created_on, o.is_void, o.is_paid, o.cancelled_at, coalesce(s.fulfillments, 0) AS fulfillments, s.pieces AS sent, s.first_on AS sent_from, s.last_on AS sent_on,
  o.fulfilled_on, coalesce(q.pieces, 0) AS to_send, coalesce(m.deliveries, 0) AS deliveries, coalesce(m.waiting, 0) AS waiting, coalesce(m.receipts, 0) AS receipts, m.delivered, m.received, m.delivered_on, m.received_on,
  coalesce(m.demand = q.pieces, FALSE) AS counts_alike, concat_ws(' ', concat(o.file_id, ':', o.row_no), s.evidence, m.evidence) AS evidence
FROM known AS k JOIN order_fact AS o ON o.store = k.store AND o.order_name = k.order_name
LEFT JOIN sent AS s ON s.store = o.store AND s.order_name = o.order_name LEFT JOIN ordered AS q ON q.store = o.store AND q.order_name = o.order_name
LEFT JOIN moved AS m ON m.store = o.store AND m.order_name = o.order_name
