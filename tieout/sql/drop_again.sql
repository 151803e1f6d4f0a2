-- A rule's rows, made once more to be compared.
DROP TABLE IF EXISTS fact.main.again
