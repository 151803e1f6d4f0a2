-- Tables of the copy, in order.
SELECT table_name FROM duckdb_tables() WHERE database_name = 'pub' ORDER BY table_name
