-- What was read of a file before its reader gave up.
DROP TABLE IF EXISTS stage.raw
