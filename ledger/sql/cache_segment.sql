-- A segment's rows into its table, whose columns they have.
INSERT INTO {table} SELECT * FROM read_parquet($path, hive_partitioning = false)
