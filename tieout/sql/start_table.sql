-- A table as the books have it, without its demands: the rows of a file that is only looked into have no provenance.
CREATE TABLE {target} AS FROM {source} LIMIT 0
