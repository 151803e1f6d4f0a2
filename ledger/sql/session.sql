-- Every session on the books: UTC, no bar of DuckDB's own in the output, and beside them a place for the rows of the file that is being read and one for what the judgement makes of all of them.
SET TimeZone = 'UTC';
SET preserve_insertion_order = TRUE;
SET enable_progress_bar = FALSE;
ATTACH ':memory:' AS stage;
ATTACH ':memory:' AS fact;
