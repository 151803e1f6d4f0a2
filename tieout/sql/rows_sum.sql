-- How many rows a table has, and a sum over them that no order changes.
SELECT count(*), sum(hash(*COLUMNS(*))) FROM {table}
