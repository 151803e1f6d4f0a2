-- The case's tables are found before those of the books.
SET search_path = 'fact.main,ledger.main'
