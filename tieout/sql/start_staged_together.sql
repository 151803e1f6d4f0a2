-- The rows of files that were read as one, each given back to its own: what stands before a file's records is taken from the numbers of its rows.
INSERT INTO {target} BY NAME
WITH file AS (SELECT unnest($no) AS no_, unnest($before) AS before_, unnest($records) AS records_)
SELECT s.* EXCLUDE ({owner}, row_no), f.no_ AS {owner}, s.row_no - f.before_ AS row_no
FROM {source} AS s JOIN file AS f ON s.row_no > f.before_ + 1 AND s.row_no <= f.before_ + f.records_ + 1
