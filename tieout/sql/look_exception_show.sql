-- One exception as name and value.
WITH one AS (
  SELECT * FROM exception WHERE exception_id = $id OR exception_id LIKE concat($id, '%')
), item AS (
  SELECT exception_id, unnest(string_split(regexp_replace(evidence, '["\[\] ]', '', 'g'), ',')) AS item FROM one WHERE evidence IS NOT NULL
), named AS (
  SELECT file_id, min(concat(feed, '/', name)) AS name FROM file WHERE importer <> '' GROUP BY file_id
), told AS (
  SELECT i.exception_id, string_agg(concat(coalesce(n.name, left(i.item, 12)), ' row ', split_part(i.item, ':', 2)), '; ' ORDER BY i.item) AS evidence
  FROM item AS i LEFT JOIN named AS n ON n.file_id = split_part(i.item, ':', 1) GROUP BY i.exception_id
)
UNPIVOT (SELECT one.exception_id, rule, code, class, severity, state, entity, store, subject_kind, subject_key, CAST(expected AS VARCHAR) AS expected, CAST(actual AS VARCHAR) AS actual, CAST(difference AS VARCHAR) AS difference, currency, CAST(first_seen_on AS VARCHAR) AS first_seen_on, CAST(last_seen_on AS VARCHAR) AS last_seen_on, CAST(age_days AS VARCHAR) AS age_days, CAST(due_on AS VARCHAR) AS due_on, owner, cause, suggestion, told.evidence, candidates FROM one LEFT JOIN told ON told.exception_id = one.exception_id) ON COLUMNS(*) INTO NAME field VALUE value
