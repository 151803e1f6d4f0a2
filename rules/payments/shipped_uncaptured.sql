/*
title = "Order was sent and its payment was never captured"
kind = "check"
rule = "P-06"
code = "SHIPPED_UNCAPTURED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "An authorisation lapses, after a week with most cards, and the money was never taken: the goods are gone for nothing. Told once it has lapsed; that such an order has no invoice is part of it."
suggestion = "Capture the payment where the processor still allows it; else collect it again, or ask for the goods."
reads = ["uncaptured_order", "rule_parameter", "watermark_fact"]
needs = ["order_transaction"]

[parameters.days]
default = "7"
meaning = "days that an authorisation holds"
*/
SELECT u.entity, u.store, concat(u.store, '/', u.order_name) AS subject_key, u.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, u.amount AS difference, u.currency, NULL AS due_on,
  concat('Order ', u.order_name, ' was sent on ', CAST(u.sent_on AS VARCHAR), '; ', CAST(u.amount AS VARCHAR), ' by ', u.gateway, ', authorised on ', CAST(u.authorised_on AS VARCHAR), CASE WHEN u.voided_on IS NOT NULL THEN concat(' and taken back on ', CAST(u.voided_on AS VARCHAR)) ELSE '' END, ', was never captured.') AS cause,
  u.evidence, NULL AS candidates
FROM uncaptured_order AS u
JOIN rule_parameter AS d ON d.rule = 'P-06' AND d.name = 'days' AND d.entity = u.entity
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = u.store AND greatest(u.authorised_on + CAST(d.value AS INTEGER), u.sent_on) < w.complete_until
ORDER BY subject_key
