/*
title = "Return was closed and not received"
kind = "check"
rule = "Q-04"
code = "RETURN_NOT_RECEIVED"
severity = "medium"
class = "BUSINESS"
subject = "order_return"
owner = "logistics"
why = "The shop has closed the return, and the stock in Odoo does not have the goods. Each receipt of the order serves one return, the older first; where Odoo counts the order as the shop does, the pieces are compared as well."
suggestion = "Receive the goods in Odoo, or reopen the return."
reads = ["order_return_current", "order_sent", "order_fact", "sale_order_fact", "watermark_fact", "business_day", "rule_parameter"]
needs = ["order_return", "odoo_picking"]

[parameters.business_days]
default = "5"
meaning = "business days from the end of a return to its receipt"
*/
WITH returned AS (
  SELECT r.store, r.order_name, r.return_id, r.name, r.quantity, r.closed_on, r.file_id, r.row_no,
    row_number() OVER (PARTITION BY r.store, r.order_name ORDER BY r.closed_on, length(r.return_id), r.return_id) AS place, count(*) OVER (PARTITION BY r.store, r.order_name) AS returns,
    sum(r.quantity) OVER (PARTITION BY r.store, r.order_name) AS pieces
  FROM order_return_current AS r WHERE r.status = 'closed' AND r.closed_on IS NOT NULL AND coalesce(r.quantity, 1) > 0
)
SELECT o.entity, r.store, concat(r.store, '/', r.return_id) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  CASE WHEN r.place > coalesce(s.receipts, 0) THEN concat('Return ', coalesce(r.name, r.return_id), ' of ', r.order_name, ' was closed on ', CAST(r.closed_on AS VARCHAR), '; Odoo has received nothing for it.')
       ELSE concat('Returns of ', r.order_name, ' have ', CAST(CAST(r.pieces AS DECIMAL(18,2)) AS VARCHAR), ' pieces, Odoo received ', CAST(CAST(s.received AS DECIMAL(18,2)) AS VARCHAR), '.') END AS cause,
  concat(r.file_id, ':', r.row_no) AS evidence, NULL AS candidates
FROM returned AS r
JOIN order_fact AS o ON o.store = r.store AND o.order_name = r.order_name
JOIN sale_order_fact AS q ON q.store = r.store AND q.order_name = r.order_name AND q.place = 1
JOIN rule_parameter AS k ON k.rule = 'Q-04' AND k.name = 'business_days' AND k.entity = o.entity
JOIN business_day AS b0 ON b0.entity = o.entity AND b0.day = r.closed_on
JOIN business_day AS b1 ON b1.entity = o.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'odoo_picking' AND w.owner_key = o.entity AND b1.day <= w.complete_until
LEFT JOIN order_sent AS s ON s.store = r.store AND s.order_name = r.order_name
WHERE r.place > coalesce(s.receipts, 0) OR (r.place = r.returns AND r.returns = s.receipts AND s.counts_alike AND s.received < r.pieces)
ORDER BY subject_key
