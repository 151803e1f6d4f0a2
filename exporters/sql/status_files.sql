-- The files that the exceptions shown name, then those of the run; by feed and name.
WITH named AS (
  SELECT f.*, row_number() OVER (PARTITION BY f.file_id ORDER BY CASE WHEN f.state = 'duplicate' THEN 1 ELSE 0 END, f.known_at, f.name) AS place
  FROM file AS f WHERE list_contains($named, f.file_id) OR f.run_id = $run_id
), ordered AS (
  SELECT n.*, row_number() OVER (ORDER BY CASE WHEN list_contains($named, n.file_id) THEN 0 ELSE 1 END, n.known_at DESC, n.feed, n.name) AS turn FROM named AS n WHERE n.place = 1
)
SELECT file_id, feed, name, importer, rows, new, state, complete_until, known_at FROM ordered WHERE turn <= $most ORDER BY feed, name, file_id
