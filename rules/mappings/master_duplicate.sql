/*
title = "Two products of Odoo have one SKU or one barcode"
kind = "check"
rule = "U-05"
code = "MASTER_DUPLICATE"
severity = "low"
class = "DATA"
subject = "product"
owner = "store-operations"
why = "Orders, stock and cost go to one of the two by chance. Case and blanks at the ends tell nothing apart; a product that is archived does not count, nor does one of another company."
suggestion = "Archive one of them, or give it a SKU of its own."
reads = ["pack_on", "odoo_product_current"]
pack = "duplicates"
*/
WITH named AS (
  SELECT p.entity, p.odoo_id, p.company, 'SKU' AS what, lower(trim(p.sku)) AS word, p.file_id, p.row_no
  FROM pack_on AS o JOIN odoo_product_current AS p ON p.entity = o.entity WHERE o.pack = 'duplicates' AND coalesce(p.active, TRUE) AND trim(p.sku) <> ''
  UNION ALL
  SELECT p.entity, p.odoo_id, p.company, 'barcode', lower(trim(p.barcode)), p.file_id, p.row_no
  FROM pack_on AS o JOIN odoo_product_current AS p ON p.entity = o.entity WHERE o.pack = 'duplicates' AND coalesce(p.active, TRUE) AND trim(p.barcode) <> ''
), grouped AS (
  -- a product without a company is of every company
  SELECT entity, what, word, count(*) AS products, min(odoo_id) AS first_id, string_agg(odoo_id, ', ' ORDER BY length(odoo_id), odoo_id) AS ids, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY length(odoo_id), odoo_id) AS evidence
  FROM named GROUP BY entity, what, word HAVING count(*) > 1 AND (count(DISTINCT company) < 2 OR count(*) > count(DISTINCT company))
), told AS (
  SELECT g.entity, g.ids, min(g.evidence) AS evidence, string_agg(concat(g.what, ' ', g.word), ' and ' ORDER BY g.what, g.word) AS words FROM grouped AS g GROUP BY g.entity, g.ids
)
SELECT entity, NULL AS store, concat(entity, '/', ids) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('The products ', ids, ' of Odoo have one ', words, '.') AS cause, evidence, NULL AS candidates
FROM told
ORDER BY subject_key
