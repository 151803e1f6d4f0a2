-- What happened to one exception.
SELECT "at", seen_on, action, state, actor, reason, comment FROM exception_event WHERE exception_id LIKE concat($id, '%') ORDER BY "at", rowid
