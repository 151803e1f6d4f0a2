-- One exception by its id or the beginning of it.
SELECT exception_id, rule, code, class, severity, state, entity, store, subject_kind, subject_key, expected, actual, difference, currency, first_seen_on, last_seen_on, due_on, owner, cause, suggestion, evidence, candidates
FROM exception WHERE exception_id LIKE concat($id, '%') ORDER BY exception_id
