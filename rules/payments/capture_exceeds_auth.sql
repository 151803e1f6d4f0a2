/*
title = "More was captured than was authorised"
kind = "check"
rule = "P-05"
code = "CAPTURE_EXCEEDS_AUTH"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The customer agreed to less; the processor may take the excess back. What follows from it in the order's sum of payments is this finding."
suggestion = "Ask who captured it; refund the excess, or have the customer agree to it."
reads = ["over_captured", "order_fact"]
needs = ["order_transaction"]
against = ["order_transaction_current"]
*/
WITH summed AS (
  SELECT store, order_name, currency, sum(authorised) AS authorised, sum(captured) AS captured, string_agg(gateway, ' and ' ORDER BY gateway) AS gateways, string_agg(evidence, ' ' ORDER BY gateway) AS evidence
  FROM over_captured GROUP BY store, order_name, currency
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, s.authorised AS expected, s.captured AS actual, s.captured - s.authorised AS difference, s.currency, NULL AS due_on,
  concat('Of order ', o.order_name, ' ', s.gateways, ' authorised ', CAST(s.authorised AS VARCHAR), ' and captured ', CAST(s.captured AS VARCHAR), '.') AS cause, s.evidence, NULL AS candidates
FROM summed AS s JOIN order_fact AS o ON o.store = s.store AND o.order_name = s.order_name
ORDER BY subject_key
