-- One row of a table, where it has any.
SELECT 1 FROM {table} LIMIT 1
