-- Every session on the books: UTC, no bar of DuckDB's own in the output, and a place beside them for the rows of the file that is being read.
SET TimeZone = 'UTC';
SET preserve_insertion_order = true;
SET enable_progress_bar = false;
ATTACH ':memory:' AS stage;
