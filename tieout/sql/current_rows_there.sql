-- The views of current rows in the auditors' copy whose table has rows, and those of the tables without.
SELECT v.view_name, t.estimated_size > 0 AS filled
FROM duckdb_views() AS v JOIN duckdb_tables() AS t ON v.view_name = concat(t.table_name, '_current')
WHERE NOT v.internal
ORDER BY v.view_name
