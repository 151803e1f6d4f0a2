-- Tables of the books, of the facts and of the copy without a row, by schema; the head of the log is made when the copy is. What an open transaction has written is not counted yet.
SELECT concat(database_name, '.', schema_name), table_name FROM duckdb_tables() WHERE database_name IN ('ledger', 'fact', 'pub') AND estimated_size = 0 AND table_name <> 'log_head'
