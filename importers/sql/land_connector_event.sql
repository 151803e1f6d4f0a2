-- A log that counts no attempts has one of each event.
SELECT t.* EXCLUDE (attempt), coalesce(attempt, 1) AS attempt
FROM stage.typed AS t
