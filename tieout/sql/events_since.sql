-- What has happened to an exception since it had had so many events, the last of it first.
SELECT action, actor, "at", reason, owner FROM exception_event WHERE exception_id = $id
QUALIFY row_number() OVER (PARTITION BY exception_id ORDER BY rowid) > $events ORDER BY rowid DESC
