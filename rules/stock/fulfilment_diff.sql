/*
title = "Shop and Odoo do not agree on what was sent"
kind = "check"
rule = "Q-02"
code = "FULFILMENT_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "logistics"
why = "What the shop says was sent and Odoo did not deliver is stock that is not there; what Odoo delivered and the shop does not know is a customer who waits for news. An order that is not in Odoo is a finding of its own."
suggestion = "Validate the transfer in Odoo, or fulfil the order in the shop."
reads = ["order_sent", "sale_order_fact", "picking_fact", "watermark_fact", "business_day", "rule_parameter"]
needs = ["fulfillment", "odoo_picking"]

[parameters.business_days]
default = "2"
meaning = "business days from one side to the other"
*/
WITH begun AS (
  SELECT entity, min(done_on) AS first_on FROM picking_fact WHERE done_on IS NOT NULL GROUP BY entity
), due AS (
  SELECT o.entity, o.store, o.order_name, o.fulfillments, o.fulfilled_on, o.sent, o.sent_on, o.deliveries, o.delivered, o.delivered_on, o.counts_alike, o.evidence, b1.day AS due_on
  FROM order_sent AS o
  JOIN sale_order_fact AS s ON s.store = o.store AND s.order_name = o.order_name AND s.place = 1
  JOIN begun AS g ON g.entity = o.entity AND g.first_on <= coalesce(o.sent_from, o.delivered_on)
  JOIN rule_parameter AS k ON k.rule = 'Q-02' AND k.name = 'business_days' AND k.entity = o.entity
  JOIN business_day AS b0 ON b0.entity = o.entity AND b0.day = greatest(o.sent_on, o.delivered_on)
  JOIN business_day AS b1 ON b1.entity = o.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
  WHERE NOT o.is_void
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  CASE WHEN d.deliveries = 0 THEN concat('The shop sent ', d.order_name, ' on ', CAST(d.sent_on AS VARCHAR), '; Odoo has delivered nothing.')
       WHEN d.fulfillments = 0 THEN concat('Odoo delivered ', d.order_name, ' on ', CAST(d.delivered_on AS VARCHAR), '; in the shop nothing was sent.')
       ELSE concat('The shop sent ', CAST(CAST(d.sent AS DECIMAL(18,2)) AS VARCHAR), ' pieces of ', d.order_name, ', Odoo delivered ', CAST(CAST(d.delivered AS DECIMAL(18,2)) AS VARCHAR), '.') END AS cause, d.evidence, NULL AS candidates
FROM due AS d
JOIN watermark_fact AS p ON p.source = 'odoo_picking' AND p.owner_key = d.entity JOIN watermark_fact AS f ON f.source = 'fulfillment' AND f.owner_key = d.store
WHERE (d.fulfillments > 0 AND d.deliveries = 0 AND d.due_on <= p.complete_until) OR (d.fulfillments = 0 AND d.fulfilled_on IS NULL AND d.deliveries > 0 AND d.due_on <= f.complete_until)
  OR (d.fulfillments > 0 AND d.deliveries > 0 AND d.counts_alike AND d.sent <> d.delivered AND d.due_on <= least(p.complete_until, f.complete_until))
ORDER BY subject_key
