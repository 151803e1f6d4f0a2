-- One landed file, and what of it listed words left out.
SELECT file_id, feed, name, bytes, importer, state, context, rows, new, same, versions, unknown_columns, complete_until, supersedes, known_at, run_id,
  (SELECT string_agg(concat(l.column_name, ' ', l.word, ': ', l.lines, CASE WHEN l.lines = 1 THEN ' row, ' ELSE ' rows, ' END, l.amount, ' ', l.currency), '; ' ORDER BY l.column_name, l.word, l.currency)
   FROM file_left_out AS l WHERE l.file_id = file.file_id AND l.run_id = file.run_id) AS left_out
FROM file WHERE file_id LIKE concat($file, '%') OR name = $file ORDER BY known_at
