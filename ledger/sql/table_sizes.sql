-- Tables of the database that is open, and about how many rows each has; never zero where there is a row.
SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main'
