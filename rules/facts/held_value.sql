/*
title = "Values that two systems hold as they are now, with the moment at which each was written"
kind = "fact"
why = "A value was written when the version came that changed it, else when it was first seen; what was there before is known where a version changed it. A field that only one system fills is not held by two."
reads = ["held_step"]
*/
WITH written AS (
  SELECT entity, domain, field, item, holder, coalesce(max(CASE WHEN is_changed THEN from_at END), min(from_at)) AS changed_at, bool_or(is_changed) AS is_changed
  FROM held_step GROUP BY entity, domain, field, item, holder
), filled AS (
  SELECT entity, domain, field, item FROM held_step WHERE value IS NOT NULL GROUP BY entity, domain, field, item HAVING count(DISTINCT holder) > 1
)
SELECT s.entity, s.domain, s.field, s.item, s.holder, s.value, p.before, w.changed_at, w.is_changed, s.file_id, s.row_no
FROM held_step AS s
JOIN written AS w ON w.entity = s.entity AND w.domain = s.domain AND w.field = s.field AND w.item = s.item AND w.holder = s.holder
JOIN filled AS f ON f.entity = s.entity AND f.domain = s.domain AND f.field = s.field AND f.item = s.item
LEFT JOIN held_step AS p ON p.entity = s.entity AND p.domain = s.domain AND p.field = s.field AND p.item = s.item AND p.holder = s.holder AND p.is_changed AND p.from_at = w.changed_at
WHERE s.until_at IS NULL
