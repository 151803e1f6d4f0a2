-- What was last said about a refused file.
SELECT file_id, code, state, run_id, known_at FROM dead_letter WHERE file_id = $file_id QUALIFY row_number() OVER (ORDER BY rowid DESC) = 1
