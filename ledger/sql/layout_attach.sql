-- A place for the definitions of the source tables, and the file that becomes the copy.
ATTACH ':memory:' AS laid;
USE laid;
