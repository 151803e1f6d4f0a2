-- Every document of a tax engine's answer with its place; the envelope of a list is kept beside.
WITH whole AS (
  SELECT row_number() OVER () AS part, json AS w FROM read_json_objects($path, format = 'auto', maximum_object_size = $most)
), document AS (
  SELECT part, w, 1 AS place, w AS j FROM whole WHERE json_extract(w, '$.value') IS NULL
  UNION ALL
  SELECT part, w, generate_subscripts(list, 1), unnest(list) FROM (SELECT part, w, json_extract(w, '$.value[*]') AS list FROM whole WHERE json_extract(w, '$.value') IS NOT NULL)
)
SELECT row_number() OVER (ORDER BY part, place) AS row_no, j, TRY_CAST(json_extract_string(w, '$."@recordsetCount"') AS BIGINT) AS stated,
  json_extract_string(w, '$."@nextLink"') IS NOT NULL AS more
FROM document
