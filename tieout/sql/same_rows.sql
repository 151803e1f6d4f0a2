-- How many rows two tables of the same columns have, and how many kinds of rows of the first the second has not.
SELECT
  (SELECT count(*) FROM query_table($published)) AS published,
  (SELECT count(*) FROM query_table($again)) AS again,
  (SELECT count(*) FROM (FROM query_table($published) EXCEPT FROM query_table($again))) AS differing
