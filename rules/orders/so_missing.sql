/*
title = "Order is not in Odoo"
kind = "check"
rule = "O-01"
code = "SO_MISSING"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "A sale that the books never see is lost revenue, tax and stock. Where the extract lacks the whole day, that is the finding; one that stands in another company is told as that (O-04); where the connector's log says how the order was lost, that is (W-01, W-03). A quotation that was never confirmed is none, once the order is paid. One that stands under another order's name is named."
suggestion = "Recover the order in the connector, then export the sale orders again."
reads = ["order_absent", "order_dropped", "sale_order_astray"]
needs = ["odoo_sale_order"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, NULL AS actual, o.total AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' of ', CAST(o.created_on AS VARCHAR), CASE WHEN o.quotation IS NULL THEN ' has no sale order in Odoo' ELSE concat(' is paid, and its sale order ', o.quotation, ' is a quotation') END,
    CASE WHEN a.name IS NULL THEN '' ELSE concat('; sale order ', a.name, ' has its amount and day and names order ', a.other_name, ', which has one of its own') END, '.') AS cause, concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM order_absent AS o LEFT JOIN sale_order_astray AS a ON a.store = o.store AND a.order_name = o.order_name
WHERE NOT EXISTS (SELECT 1 FROM order_dropped AS d WHERE d.store = o.store AND d.order_name = o.order_name)
ORDER BY subject_key
