/*
title = "Sale order whose order no shop has"
kind = "check"
rule = "O-02"
code = "SO_ORPHAN"
severity = "medium"
class = "BUSINESS"
subject = "odoo_document"
owner = "store-operations"
why = "A sale that no shop made delivers goods and invoices them, and so does one that another company has made; its invoice and payment are no findings of their own."
suggestion = "Find out who entered it; cancel it, or correct its reference."
reads = ["order_alone", "odoo_sale_order_current", "order_fact", "sale_order_of", "watermark_fact"]
needs = ["odoo_sale_order", "sales_order"]
*/
WITH besides AS (
  -- another company's order, which has its sale order there
  SELECT s.entity, s.company, s.name, s.total, s.currency, CAST(s.ordered_at AS DATE) AS day, s.file_id, s.row_no, min(o.order_name) AS order_name, min(o.entity) AS other_entity
  FROM odoo_sale_order_current AS s JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = s.entity AND CAST(s.ordered_at AS DATE) <= w.complete_until
  JOIN order_fact AS o ON o.order_name = coalesce(s.client_order_ref, s.origin) AND o.total = s.total AND o.entity <> s.entity
  WHERE s.state IN ('sale', 'done') AND EXISTS (SELECT 1 FROM sale_order_of AS f WHERE f.store = o.store AND f.order_name = o.order_name)
    AND NOT EXISTS (SELECT 1 FROM sale_order_of AS f WHERE f.entity = s.entity AND f.odoo_id = s.odoo_id) AND NOT EXISTS (SELECT 1 FROM order_alone AS a WHERE a.entity = s.entity AND a.ref = o.order_name)
  GROUP BY s.entity, s.company, s.name, s.total, s.currency, CAST(s.ordered_at AS DATE), s.file_id, s.row_no HAVING count(*) = 1
)
SELECT a.entity, NULL AS store, concat(a.company, '/', a.name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, a.total AS actual, a.total AS difference, a.currency, NULL AS due_on,
  concat('Sale order ', a.name, ' of ', CAST(a.day AS VARCHAR), ' names order ', a.ref, ', which no shop has.') AS cause, concat(a.file_id, ':', a.row_no) AS evidence, NULL AS candidates
FROM order_alone AS a WHERE a.kind = 'sale order'
UNION ALL
SELECT b.entity, NULL, concat(b.company, '/', b.name), CAST(0 AS DECIMAL(18,4)), b.total, b.total, b.currency, NULL,
  concat('Sale order ', b.name, ' of ', CAST(b.day AS VARCHAR), ' has name and amount of order ', b.order_name, ' of ', b.other_entity, ', which has its sale order there.'), concat(b.file_id, ':', b.row_no), NULL
FROM besides AS b
ORDER BY subject_key
