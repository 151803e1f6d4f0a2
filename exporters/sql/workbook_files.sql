-- Files of the run.
SELECT name, feed, state, rows, new, same, versions FROM file WHERE run_id = $run_id
UNION ALL SELECT name, feed, concat('refused: ', code), NULL, NULL, NULL, NULL FROM dead_letter WHERE run_id = $run_id ORDER BY 2, 1
