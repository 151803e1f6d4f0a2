-- Exceptions that somebody must look at.
SELECT left(e.exception_id, 12), e.code, e.severity, e.state, e.entity, e.subject_kind, e.subject_key, e.expected, e.actual, e.difference, e.currency, e.first_seen_on, e.age_days, e.due_on, e.owner, e.cause, e.suggestion, substr(replace(replace(replace(e.evidence, '"', ''), '[', ''), ']', ''), 1, 500), e.candidates
FROM exception AS e WHERE e.state IN ('open', 'review') ORDER BY CASE e.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, abs(e.difference) DESC NULLS LAST, e.exception_id
