-- The last event of an exception, if it left the exception in one of these states.
SELECT event_id, action, actor, reason, exception_id, rule, code, class, severity, state, entity, store, subject_kind, subject_key, expected, actual, difference, currency, due_on, owner, cause, suggestion,
  evidence, candidates
FROM exception_event WHERE starts_with(exception_id, $id)
QUALIFY row_number() OVER (PARTITION BY exception_id ORDER BY rowid DESC) = 1 AND list_contains($states, state)
