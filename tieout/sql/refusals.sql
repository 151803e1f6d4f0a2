-- Files that a run refused, in the order in which it did.
SELECT file_id, feed, name, code, reason, row_no, column_name, hint, run_id FROM ledger.main.dead_letter WHERE run_id = $run_id AND state = 'waiting' ORDER BY rowid
