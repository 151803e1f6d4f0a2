-- Columns of a table that are never empty.
SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name = $table AND NOT is_nullable AND NOT internal
