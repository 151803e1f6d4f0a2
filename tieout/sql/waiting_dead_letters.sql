-- Refused files that wait, each as it was refused last.
SELECT file_id, feed, name, code, reason, row_no, column_name, hint, run_id
FROM (SELECT *, row_number() OVER (PARTITION BY file_id, feed, name ORDER BY rowid DESC) AS place FROM ledger.main.dead_letter) AS d
WHERE place = 1 AND state = 'waiting'
ORDER BY feed, name, file_id
