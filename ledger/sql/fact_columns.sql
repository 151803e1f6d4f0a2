-- Columns of the facts, by which a copy knows whether it has their tables.
SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'ledger' AND schema_name = 'fact' ORDER BY table_name, column_index
