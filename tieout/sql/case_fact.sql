-- Whether the case's table is a fact already.
SELECT 1 FROM duckdb_tables() WHERE database_name = 'fact' AND table_name = $name
