-- The views of current rows as they are defined.
SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = current_database() ORDER BY view_name
