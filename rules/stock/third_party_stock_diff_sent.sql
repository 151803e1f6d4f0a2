/*
title = "Warehouse sent an order that neither shop nor Odoo knows as sent"
kind = "check"
rule = "Q-07"
code = "THIRD_PARTY_STOCK_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "logistics"
why = "The goods are gone, the customer was told nothing, and the stock still has them. What one of the two knows is told as the difference between them (Q-02); a shipment that was cancelled, or has no day, is none."
suggestion = "Fulfil the order in the shop and validate its transfer in Odoo; ask the warehouse where the order should not have left."
reads = ["pack_on", "shipment_current", "order_fact", "order_sent", "watermark_fact", "rule_parameter", "business_day"]
needs = ["fulfillment", "odoo_picking"]
against = ["shipment_current"]
pack = "stock"

[parameters.business_days]
default = "2"
meaning = "business days from the warehouse to shop and Odoo"
*/
WITH sent AS (
  SELECT place, order_name, max(shipped_on) AS shipped_on, CAST(sum(quantity) AS DECIMAL(18,6)) AS pieces, min(concat(file_id, ':', row_no)) AS evidence
  FROM shipment_current
  WHERE order_name IS NOT NULL AND shipped_on IS NOT NULL AND quantity > 0 AND NOT regexp_matches(lower(coalesce(status, '')), '^(cancel|void|open|pending|draft|new)')
  GROUP BY place, order_name
), owned AS (
  -- a feed of an entity names an order, where one store of it alone has one of this name
  SELECT entity, order_name, min(store) AS store FROM order_fact GROUP BY entity, order_name HAVING count(*) = 1
), known AS (
  SELECT s.place AS store, s.order_name, s.shipped_on, s.pieces, s.evidence FROM sent AS s
  UNION
  SELECT w.store, s.order_name, s.shipped_on, s.pieces, s.evidence FROM sent AS s JOIN owned AS w ON w.entity = s.place AND w.order_name = s.order_name
)
SELECT f.entity, f.store, concat(f.store, '/', f.order_name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('The warehouse sent ', CAST(CAST(s.pieces AS DECIMAL(18,2)) AS VARCHAR), ' pieces of ', f.order_name, ' by ', CAST(s.shipped_on AS VARCHAR), '; the shop has sent nothing and Odoo has delivered nothing', CASE WHEN f.cancelled_at IS NULL THEN '.' ELSE ', and the order is cancelled.' END) AS cause,
  concat(f.file_id, ':', f.row_no, ' ', s.evidence) AS evidence, NULL AS candidates
FROM known AS s
JOIN order_fact AS f ON f.store = s.store AND f.order_name = s.order_name AND f.fulfilled_on IS NULL
JOIN pack_on AS o ON o.entity = f.entity AND o.pack = 'stock' AND s.shipped_on >= o.since
JOIN rule_parameter AS k ON k.rule = 'Q-07' AND k.name = 'business_days' AND k.entity = f.entity
JOIN business_day AS b0 ON b0.entity = f.entity AND b0.day = s.shipped_on
JOIN business_day AS b1 ON b1.entity = f.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'odoo_picking' AND w.owner_key = f.entity AND b1.day <= w.complete_until
JOIN watermark_fact AS v ON v.source = 'fulfillment' AND v.owner_key = f.store AND b1.day <= v.complete_until
LEFT JOIN order_sent AS d ON d.store = f.store AND d.order_name = f.order_name AND (d.fulfillments > 0 OR d.deliveries > 0)
WHERE d.order_name IS NULL
ORDER BY subject_key
