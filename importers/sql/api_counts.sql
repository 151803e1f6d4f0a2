-- What the bulk operation counted, what is there, and the first object that should not be.
WITH said AS (
  SELECT max(json_extract_string(j, '$.status')) AS status, max(json_extract_string(j, '$.errorCode')) AS error,
    max(TRY_CAST(json_extract_string(j, '$.objectCount') AS BIGINT)) AS objects, max(TRY_CAST(json_extract_string(j, '$.rootObjectCount') AS BIGINT)) AS roots
  FROM stage.lines WHERE kind = 'BulkOperation'
), given AS (
  SELECT * FROM stage.lines WHERE kind IS DISTINCT FROM 'BulkOperation'
)
SELECT s.status, s.error, s.objects, s.roots, (SELECT count(*) FROM given), (SELECT count(*) FROM given WHERE parent IS NULL),
  (SELECT min(row_no) FROM given AS g WHERE g.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM given AS p WHERE p.id = g.parent)) AS orphan,
  (SELECT min(row_no) FROM given AS g WHERE g.parent IS NULL AND NOT list_contains($roots, coalesce(g.kind, ''))) AS other
FROM said AS s
