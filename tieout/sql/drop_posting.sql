-- The postings of the next rule.
DROP TABLE IF EXISTS fact.posting
