/*
title = "Value was changed where it is not owned"
kind = "check"
rule = "C-14"
code = "SOR_VIOLATION"
severity = "medium"
class = "CONTROL"
subject = "product"
owner = "master-data"
why = "A value that its owner does not have was written by somebody else, later than the owner wrote his, and nobody took it over: the next synchronisation writes over one of them. The two had agreed before, or the other had had none: what differs from the beginning, by price lists or taxes, is none. Orders, invoices, payments and lines that differ have findings of their own."
suggestion = "Correct the value where it was changed, or change its owner in ownership.csv."
reads = ["held_value", "held_step", "map_ownership", "run_context"]
against = ["held_value", "map_ownership"]
*/
WITH rule AS (
  SELECT o.domain, o.field, o.system_of_record FROM map_ownership AS o JOIN run_context AS x ON x.as_of BETWEEN o.valid_from AND o.valid_to
), owner AS (
  SELECT h.domain, h.field, coalesce(max(CASE WHEN r.field = h.field THEN r.system_of_record END), max(CASE WHEN r.field = '*' THEN r.system_of_record END)) AS holder
  FROM (SELECT DISTINCT domain, field FROM held_value) AS h JOIN rule AS r ON r.domain = h.domain AND r.field IN (h.field, '*') GROUP BY h.domain, h.field
)
SELECT h.entity, NULL AS store, concat(h.domain, '/', h.item, '/', h.field, CASE WHEN h.holder = 'crm' OR (o.holder = 'crm' AND h.holder = 'shopify') THEN concat('/', h.holder) ELSE '' END) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat(CASE h.holder WHEN 'crm' THEN 'The CRM' ELSE concat(upper(left(h.holder, 1)), substr(h.holder, 2)) END, ' changed the ', h.field, ' of ', CASE WHEN h.domain = 'customer' THEN 'a customer' ELSE h.item END,
    CASE WHEN h.field = 'phone' THEN concat('; ', o.holder, ' owns it and has another.') ELSE concat(' from ', coalesce(h.before, 'nothing'), ' to ', coalesce(h.value, 'nothing'), '; ', o.holder, ' owns it and has ', v.value, '.') END) AS cause,
  concat(h.file_id, ':', h.row_no, ' ', v.file_id, ':', v.row_no) AS evidence, NULL AS candidates
FROM held_value AS h JOIN owner AS o ON o.domain = h.domain AND o.field = h.field AND o.holder <> h.holder
JOIN held_value AS v ON v.entity = h.entity AND v.domain = h.domain AND v.field = h.field AND v.item = h.item AND v.holder = o.holder
WHERE h.is_changed AND h.changed_at > v.changed_at AND v.value IS NOT NULL AND h.value IS DISTINCT FROM v.value
  AND (h.before IS NULL OR EXISTS (
    SELECT 1 FROM held_step AS a JOIN held_step AS b ON b.entity = a.entity AND b.domain = a.domain AND b.field = a.field AND b.item = a.item AND b.value = a.value
    WHERE a.entity = h.entity AND a.domain = h.domain AND a.field = h.field AND a.item = h.item AND a.holder = h.holder AND b.holder = v.holder
      AND (b.until_at IS NULL OR a.from_at < b.until_at) AND (a.until_at IS NULL OR b.from_at < a.until_at)))
ORDER BY subject_key
