/*
title = "Gateway has no account"
kind = "check"
rule = "P-09"
code = "GATEWAY_UNMAPPED"
severity = "block"
class = "DATA"
subject = "order_transaction"
owner = "accounting"
why = "Money through an unknown gateway is looked for in no report."
suggestion = "Add the gateway to gateways.csv and have it approved."
reads = ["tender"]
cure = "gateways"
*/
SELECT t.entity, t.store, t.subject_key, t.amount AS expected, NULL AS actual, t.amount AS difference, t.currency, NULL AS due_on,
  concat('The gateway ', t.gateway, ' of store ', t.store, ' is in no row of gateways.csv.') AS cause, concat(t.file_id, ':', t.row_no) AS evidence, NULL AS candidates
FROM tender AS t WHERE t.account IS NULL
ORDER BY subject_key
