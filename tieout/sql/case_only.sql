-- The rows of the books make way for those of the case.
DELETE FROM fact.main.{table}
