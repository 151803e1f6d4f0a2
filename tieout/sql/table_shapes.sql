-- Tables of the copy and of what is made again: their columns with types, and about how many rows they have; never zero where there is a row.
SELECT concat_ws('.', t.database_name, t.schema_name, t.table_name), list(concat(c.column_name, ' ', c.data_type) ORDER BY c.column_name), any_value(t.estimated_size)
FROM duckdb_tables() AS t JOIN duckdb_columns() AS c ON c.table_oid = t.table_oid AND c.database_oid = t.database_oid
WHERE t.database_name IN ('ledger', 'pub') GROUP BY t.database_name, t.schema_name, t.table_name
