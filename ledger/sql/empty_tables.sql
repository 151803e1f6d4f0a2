-- Tables of the books without a row; the head of the log is made when the copy is.
SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' AND schema_name = 'main' AND estimated_size = 0 AND table_name <> 'log_head'
