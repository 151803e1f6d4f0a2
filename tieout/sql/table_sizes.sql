-- Source tables and facts of the books, and about how many rows each has; never zero where there is a row.
SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'ledger' AND schema_name IN ('main', 'fact')
