/*
title = "What the tax engine has of each order"
kind = "fact"
why = "Its invoices by the order's name, within the store or the entity of the feed; estimates and cancelled documents are none. A name that two stores of an entity share belongs to neither."
reads = ["tax_transaction_current", "map_store", "order_fact"]
*/
WITH document AS (
  SELECT place, document_type, code, status, dated_on, currency, tax, file_id, row_no FROM tax_transaction_current WHERE lower(document_type) LIKE '%salesinvoice' AND status NOT IN ('cancelled', 'canceled', 'voided')
), served AS (
  SELECT DISTINCT place, store FROM (
    SELECT d.place, s.store FROM document AS d JOIN map_store AS s ON s.store = d.place
    UNION ALL SELECT d.place, s.store FROM document AS d JOIN map_store AS s ON s.entity = d.place) AS u
), found AS (
  SELECT d.place, d.document_type, d.code, min(o.store) AS store FROM document AS d JOIN served AS s ON s.place = d.place JOIN order_fact AS o ON o.store = s.store AND o.order_name = d.code
  GROUP BY d.place, d.document_type, d.code HAVING count(*) = 1
)
SELECT d.place, d.document_type, d.code, f.store, CASE WHEN f.store IS NOT NULL THEN d.code END AS order_name, d.status, d.status IN ('committed', 'locked') AS is_committed, d.dated_on, d.currency, d.tax, d.file_id, d.row_no
FROM document AS d LEFT JOIN found AS f ON f.place = d.place AND f.document_type = d.document_type AND f.code = d.code
