-- A place in memory for the rows of all files that are looked into.
ATTACH ':memory:' AS look
