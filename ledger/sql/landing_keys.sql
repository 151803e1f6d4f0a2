-- How many rows wait, and of how many keys.
SELECT count(*), count(DISTINCT row({key})) FROM {rows}
