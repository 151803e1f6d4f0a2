/*
title = "Carrier has not handed over what it collected"
kind = "check"
rule = "B-04"
code = "COD_NOT_REMITTED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "treasury"
why = "Goods are gone, the customer has paid at the door, and the money is the carrier's. An order is missed once the carrier's lists reach some days beyond its sending; it is found by its name, else by the number of its parcel. One that came back is cancelled, refunded or returned in the shop."
suggestion = "Claim the amount from the carrier; where the parcel came back, cancel or return the order in the shop."
reads = ["order_on_delivery", "carrier_money", "fulfillment_current", "shipment_current", "rule_parameter", "business_day", "allowance"]
against = ["carrier_money", "order_on_delivery"]
pack = "carriers"

[parameters.business_days]
default = "15"
meaning = "business days from sending an order to the carrier's money"

[parameters.absolute]
default = "0"
meaning = "amount by which the carrier's money may fall short"
*/
WITH reach AS (
  SELECT entity, min(invoiced_on) AS first_on, max(invoiced_on) AS last_on FROM carrier_money GROUP BY entity
), parcel AS (
  SELECT store AS place, order_name, tracking_no FROM fulfillment_current WHERE tracking_no IS NOT NULL
  UNION
  SELECT place, order_name, tracking_no FROM shipment_current WHERE tracking_no IS NOT NULL AND order_name IS NOT NULL
), named AS (
  -- an order's name alone says which order, where no other store of the entity has one of this name
  SELECT entity, order_name, min(store) AS store FROM order_on_delivery GROUP BY entity, order_name HAVING count(*) = 1
), known AS (
  SELECT n.store, n.order_name, h.amount, h.currency, h.file_id, h.row_no FROM carrier_money AS h JOIN named AS n ON n.entity = h.entity AND n.order_name = h.order_name
  UNION
  SELECT o.store, o.order_name, h.amount, h.currency, h.file_id, h.row_no
  FROM carrier_money AS h JOIN parcel AS p ON p.tracking_no = h.tracking_no JOIN order_on_delivery AS o ON o.entity = h.entity AND o.order_name = p.order_name AND p.place IN (o.store, o.entity)
), money AS (
  SELECT store, order_name, min(currency) AS currency, count(DISTINCT currency) AS currencies, abs(sum(amount)) AS amount, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY file_id, row_no) AS evidence
  FROM known GROUP BY store, order_name
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.amount AS expected, CAST(coalesce(m.amount, 0) AS DECIMAL(18,4)) AS actual, CAST(o.amount - coalesce(m.amount, 0) AS DECIMAL(18,4)) AS difference, o.currency, NULL AS due_on,
  CASE WHEN m.amount IS NULL THEN concat('Order ', o.order_name, ' over ', CAST(o.amount AS VARCHAR), ' ', o.currency, ' to be collected was sent on ', CAST(o.sent_on AS VARCHAR), '; the carriers'' lists until ', CAST(r.last_on AS VARCHAR), ' have nothing of it.')
    ELSE concat('Order ', o.order_name, ' was to be collected with ', CAST(o.amount AS VARCHAR), ' ', o.currency, '; the carrier handed over ', CAST(CAST(m.amount AS DECIMAL(18,4)) AS VARCHAR), '.') END AS cause,
  concat_ws(' ', concat(o.file_id, ':', o.row_no), m.evidence) AS evidence, NULL AS candidates
FROM order_on_delivery AS o
JOIN reach AS r ON r.entity = o.entity AND r.first_on <= o.sent_on
JOIN rule_parameter AS k ON k.rule = 'B-04' AND k.name = 'business_days' AND k.entity = o.entity
JOIN business_day AS b0 ON b0.entity = o.entity AND b0.day = o.sent_on
JOIN business_day AS b1 ON b1.entity = o.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER) AND b1.day <= r.last_on
JOIN allowance AS w ON w.rule = 'B-04' AND w.name = 'absolute' AND w.entity = o.entity AND w.currency = o.currency
LEFT JOIN money AS m ON m.store = o.store AND m.order_name = o.order_name
WHERE m.amount IS NULL OR (m.currencies = 1 AND m.currency = o.currency AND o.amount - m.amount > w.amount)
ORDER BY subject_key
