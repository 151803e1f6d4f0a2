-- Facts that an earlier judgement of this session made, and views of what the copy has of them.
SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE database_name = 'fact'
UNION ALL
SELECT view_name, 'VIEW' FROM duckdb_views() WHERE database_name = 'fact' AND NOT internal
