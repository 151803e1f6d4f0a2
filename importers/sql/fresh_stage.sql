-- An empty place for the rows of the next file.
DETACH DATABASE IF EXISTS stage;
ATTACH ':memory:' AS stage;
