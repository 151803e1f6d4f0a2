-- One landed file.
SELECT file_id, feed, name, bytes, importer, state, context, rows, new, same, versions, unknown_columns, complete_until, supersedes, known_at, run_id FROM file WHERE file_id LIKE concat($file, '%') OR name = $file ORDER BY known_at
