/*
title = "Connector calls an order done that is not in Odoo"
kind = "check"
rule = "W-03"
code = "HUB_FALSE_SUCCESS"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "Nobody looks for an order that the connector calls done; the sale is missing all the same. What names the sale order in Odoo under another reference is no such success. It is told here alone."
suggestion = "Find out who removed the sale order, or why the connector lost it; have it send the event again."
reads = ["order_absent", "order_dropped"]
needs = ["odoo_sale_order"]
against = ["connector_event_current"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, NULL AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('The connector calls order ', o.order_name, ' over ', CAST(o.total AS VARCHAR), ' ', o.currency, ' done on ', CAST(CAST(d.occurred_at AS DATE) AS VARCHAR), CASE WHEN d.target_key IS NULL THEN '' ELSE concat(' as ', d.target_key) END, '; Odoo has no sale order for it.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', d.evidence) AS evidence, NULL AS candidates
FROM order_absent AS o JOIN order_dropped AS d ON d.store = o.store AND d.order_name = o.order_name
WHERE d.word = 'done'
ORDER BY subject_key
