/*
title = "Connector failed on an order, or never had it"
kind = "check"
rule = "W-01"
code = "WEBHOOK_GAP"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The order is not in Odoo, and the connector's log says why: its last try failed, or no event names the order while each other one of its day arrived. It is told here alone."
suggestion = "Have the connector send the event again; then export the sale orders again."
reads = ["order_absent", "order_dropped"]
needs = ["odoo_sale_order"]
against = ["connector_event_current"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, NULL AS actual, o.total AS difference, o.currency, NULL AS due_on,
  CASE WHEN d.word = 'never' THEN concat('Order ', o.order_name, ' of ', CAST(o.created_on AS VARCHAR), ' over ', CAST(o.total AS VARCHAR), ' ', o.currency, ' has no sale order in Odoo: no event in the log of the connector names it, and each other order of its day is there.')
       ELSE concat('Order ', o.order_name, ' of ', CAST(o.created_on AS VARCHAR), ' over ', CAST(o.total AS VARCHAR), ' ', o.currency, ' has no sale order in Odoo: ', CASE WHEN d.tries = 1 THEN 'the only try' ELSE concat('the last of ', CAST(d.tries AS VARCHAR), ' tries') END, ' of the connector failed on ', CAST(CAST(d.occurred_at AS DATE) AS VARCHAR), CASE WHEN d.error_code IS NULL THEN '.' ELSE concat(' with ', d.error_code, '.') END) END AS cause,
  concat_ws(' ', concat(o.file_id, ':', o.row_no), d.evidence) AS evidence, NULL AS candidates
FROM order_absent AS o JOIN order_dropped AS d ON d.store = o.store AND d.order_name = o.order_name
WHERE d.word <> 'done'
ORDER BY subject_key
