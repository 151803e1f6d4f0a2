-- The settings that were recorded last.
SELECT content FROM ledger.main.config_version ORDER BY rowid DESC LIMIT 1
