-- How many rows are to land, and how many of them are new versions.
SELECT count(*), count(*) FILTER (version > 1) FROM {fresh}
