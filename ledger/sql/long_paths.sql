-- Where the long segments of a source table lie.
SET VARIABLE long_{table} = $paths
