-- A source table with the rows of its long segments, which are read where they lie; for this session, in front of the table.
CREATE OR REPLACE TEMP VIEW {table} AS
SELECT * FROM ledger.main.{table} UNION ALL BY NAME SELECT * FROM read_parquet(getvariable('long_{table}'), hive_partitioning = false, union_by_name = true)
