-- Files that were landed.
SELECT known_at, feed, name, importer, state, rows, new, same, versions, complete_until, left(file_id, 12) AS file_id FROM file ORDER BY known_at, feed, name
