-- Files of the run.
SELECT name, feed, rows, new, same, versions, state FROM file WHERE run_id = $run_id
UNION ALL SELECT name, feed, NULL, NULL, NULL, NULL, concat('refused: ', code) FROM dead_letter WHERE run_id = $run_id ORDER BY 2, 1
