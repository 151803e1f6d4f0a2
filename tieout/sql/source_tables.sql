-- Tables that files land in.
SELECT source FROM fact.source_table ORDER BY source
