-- What a cache is made of, apart from the facts, which every judgement makes anew: another view or trigger would change what the rules see.
SELECT 'table' AS kind, table_name AS name, sql FROM duckdb_tables() WHERE schema_name = 'main' AND NOT internal AND NOT temporary AND database_name = current_database()
UNION ALL SELECT 'view', view_name, sql FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND NOT temporary AND database_name = current_database()
UNION ALL SELECT 'trigger', trigger_name, sql FROM duckdb_triggers() WHERE database_name = current_database()
UNION ALL SELECT 'index', index_name, sql FROM duckdb_indexes() WHERE database_name = current_database()
UNION ALL SELECT 'function', function_name, schema_name FROM duckdb_functions() WHERE NOT internal AND database_name = current_database()
ORDER BY 1, 2, 3
