/*
title = "Value was changed where it is not owned"
kind = "check"
rule = "C-14"
code = "SOR_VIOLATION"
severity = "medium"
class = "CONTROL"
subject = "product"
owner = "master-data"
why = "A value that agreed with its owner's was changed by somebody else afterwards, and nobody took it over: the next synchronisation writes over one of them. What differs from the beginning, by price lists or taxes, is none; orders, invoices, payments and lines that differ have findings of their own."
suggestion = "Correct the value where it was changed, or change its owner in ownership.csv."
reads = ["held_value", "map_ownership", "run_context"]
against = ["held_value", "map_ownership"]
*/
WITH rule AS (
  SELECT o.domain, o.field, o.system_of_record FROM map_ownership AS o JOIN run_context AS x ON x.as_of BETWEEN o.valid_from AND o.valid_to
), owner AS (
  SELECT h.domain, h.field, coalesce(max(CASE WHEN r.field = h.field THEN r.system_of_record END), max(CASE WHEN r.field = '*' THEN r.system_of_record END)) AS holder
  FROM (SELECT DISTINCT domain, field FROM held_value) AS h JOIN rule AS r ON r.domain = h.domain AND r.field IN (h.field, '*') GROUP BY h.domain, h.field
)
SELECT h.entity, NULL AS store, concat(h.domain, '/', h.item, '/', h.field) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat(upper(left(h.holder, 1)), substr(h.holder, 2), ' changed the ', h.field, ' of ', CASE WHEN h.domain = 'customer' THEN 'a customer' ELSE h.item END, ' from ', h.before, ' to ', h.value, '; ', o.holder, ' owns it and has ', v.value, '.') AS cause,
  concat(h.file_id, ':', h.row_no, ' ', v.file_id, ':', v.row_no) AS evidence, NULL AS candidates
FROM held_value AS h JOIN owner AS o ON o.domain = h.domain AND o.field = h.field AND o.holder <> h.holder
JOIN held_value AS v ON v.entity = h.entity AND v.domain = h.domain AND v.field = h.field AND v.item = h.item AND v.holder = o.holder
WHERE h.changed_at > v.changed_at AND h.before = v.value AND h.value <> v.value
ORDER BY subject_key
