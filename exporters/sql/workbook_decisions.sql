-- Open exceptions that somebody may decide, in the order of the sheet Open, with what helps to decide beside them, and how many events they have had; a write-off that somebody proposed is told.
SELECT e.severity, e.code, e.subject_key, e.difference, e.currency, e.cause, concat(e.suggestion, CASE WHEN l.action = 'write_off_proposed' THEN concat(' ', l.actor, ' proposed to write it off (', l.reason, '); another person, an approver, has to say the same.') ELSE '' END), e.candidates, e.owner, e.exception_id, coalesce(v.events, 0)
FROM exception AS e LEFT JOIN (SELECT exception_id, count(*) AS events FROM exception_event GROUP BY exception_id) AS v ON v.exception_id = e.exception_id
LEFT JOIN (SELECT v.exception_id, v.action, v.actor, v.reason, row_number() OVER (PARTITION BY v.exception_id ORDER BY v.at DESC, v.event_id DESC) AS back FROM exception_event AS v) AS l ON l.exception_id = e.exception_id AND l.back = 1
LEFT JOIN exception_cause AS k ON k.exception_id = e.exception_id
WHERE e.state IN ('open', 'review')
ORDER BY k.place NULLS LAST, CASE e.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, e.currency, abs(e.difference) DESC NULLS LAST, e.exception_id
