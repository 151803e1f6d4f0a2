-- Columns of the facts, by which a copy knows whether it has their tables.
SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'fact' AND schema_name = 'main' ORDER BY table_name, column_index
