/*
title = "Tax engine has a document of no order"
kind = "check"
rule = "T-11"
code = "TAX_ENGINE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "tax_transaction"
owner = "tax"
why = "Tax is declared that no customer paid. Within the days that the orders cover; what was never committed declares nothing. One of an order whose number is missing is part of that finding (O-15)."
suggestion = "Void the document in the tax engine, or find its order."
reads = ["engine_tax", "map_store", "map_entity", "watermark_fact", "order_missing"]
needs = ["sales_order", "tax_transaction"]
*/
WITH served AS (
  SELECT e.place, min(s.entity) AS entity, min(w.complete_until) AS complete_until, count(*) AS stores, count(w.complete_until) AS covered, min(x.currency) AS currency
  FROM (SELECT DISTINCT place FROM engine_tax) AS e JOIN map_store AS s ON s.store = e.place OR s.entity = e.place LEFT JOIN watermark_fact AS w ON w.source = 'sales_order' AND w.owner_key = s.store
  LEFT JOIN (SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity) AS x ON x.entity = s.entity GROUP BY e.place
), begun AS (
  SELECT place, min(dated_on) AS first_on FROM engine_tax WHERE order_name IS NOT NULL GROUP BY place
)
SELECT s.entity, NULL AS store, concat(e.place, '/', e.document_type, '/', e.code) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, e.tax AS actual, e.tax AS difference, coalesce(e.currency, s.currency) AS currency, NULL AS due_on,
  concat('The tax engine has ', CAST(e.tax AS VARCHAR), ' of tax on ', CAST(e.dated_on AS VARCHAR), ' for ', e.code, '; no order is called so.') AS cause, concat(e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM engine_tax AS e JOIN served AS s ON s.place = e.place AND s.stores = s.covered JOIN begun AS b ON b.place = e.place AND e.dated_on >= b.first_on
WHERE e.store IS NULL AND e.is_committed AND e.dated_on <= s.complete_until
  AND NOT EXISTS (SELECT 1 FROM order_missing AS m WHERE m.next_name IS NOT NULL AND m.order_name = e.code AND e.place IN (m.store, m.entity))
ORDER BY subject_key
