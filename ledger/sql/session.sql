-- Every session on the books: UTC, and a place beside them for the rows of the file that is being read.
SET TimeZone = 'UTC';
SET preserve_insertion_order = true;
ATTACH ':memory:' AS stage;
