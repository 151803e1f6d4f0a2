-- The table that the next fact is made in.
DROP TABLE IF EXISTS ledger.fact.making
