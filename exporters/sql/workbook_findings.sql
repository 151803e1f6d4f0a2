-- Exceptions of one sheet, those to decide in the order of their causes, others the gravest first; the last column says whether it lies below another one. which = open, new, cleared or in_transit; evidence as file and record.
WITH chosen AS (
  SELECT e.* FROM exception AS e
  WHERE CASE $which
    WHEN 'open' THEN e.state IN ('open', 'review')
    WHEN 'in_transit' THEN e.state = 'in_transit'
    WHEN 'new' THEN e.state IN ('open', 'review') AND e.exception_id IN (SELECT v.exception_id FROM exception_event AS v WHERE v.run_id = $run_id AND v.action IN ('opened', 'reopened', 'due', 'review'))
    ELSE e.state IN ('gone', 'resolved', 'written_off') AND e.exception_id IN (SELECT v.exception_id FROM exception_event AS v WHERE v.run_id = $run_id AND v.action IN ('gone', 'resolved', 'written_off')) END
), item AS (
  SELECT exception_id, unnest(string_split(regexp_replace(evidence, '["\[\] ]', '', 'g'), ',')) AS item FROM chosen WHERE evidence IS NOT NULL
), landed AS (
  SELECT file_id, min(concat(feed, '/', name)) AS name FROM file WHERE importer <> '' GROUP BY file_id
), told AS (
  SELECT i.exception_id, string_agg(concat(coalesce(f.name, left(i.item, 12)), ' row ', split_part(i.item, ':', 2)), '; ' ORDER BY i.item) AS evidence
  FROM item AS i LEFT JOIN landed AS f ON f.file_id = split_part(i.item, ':', 1) GROUP BY i.exception_id
)
SELECT c.severity, c.code, c.entity, c.subject_kind, c.subject_key, c.expected, c.actual, c.difference, c.currency, c.first_seen_on, c.age_days, c.due_on, c.owner,
  c.cause, c.suggestion, c.state, substr(t.evidence, 1, 500), c.candidates, c.exception_id, k.cause_id <> c.exception_id
FROM chosen AS c LEFT JOIN told AS t ON t.exception_id = c.exception_id LEFT JOIN exception_cause AS k ON k.exception_id = c.exception_id
ORDER BY k.place NULLS LAST, CASE c.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, c.currency, abs(c.difference) DESC NULLS LAST, c.exception_id
