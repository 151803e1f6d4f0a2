-- What became of every refused file: its last record.
SELECT file_id, feed, name, state FROM ledger.main.dead_letter QUALIFY row_number() OVER (PARTITION BY file_id, feed, name ORDER BY rowid DESC) = 1
