-- The postings of the next rule.
DROP TABLE IF EXISTS ledger.fact.posting
