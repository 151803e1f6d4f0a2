-- The last event of an exception that somebody may still decide.
SELECT exception_id, rule, code, class, severity, state, entity, store, subject_kind, subject_key, expected, actual, difference, currency, due_on, owner, cause, suggestion, evidence, candidates
FROM exception_event WHERE exception_id LIKE concat($id, '%')
QUALIFY row_number() OVER (PARTITION BY exception_id ORDER BY rowid DESC) = 1 AND state IN ('open', 'review', 'in_transit')
