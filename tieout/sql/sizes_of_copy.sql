-- Tables of the auditors' copy, and about how many rows each has; never zero where there is a row.
SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'pub' AND schema_name = 'main'
