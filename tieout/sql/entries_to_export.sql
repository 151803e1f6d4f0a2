-- Entries that no file carries yet and nothing holds; and one that a person asked for again.
CREATE OR REPLACE TEMP TABLE to_export AS
SELECT j.entry_id FROM ledger.main.journal_entry AS j
WHERE NOT EXISTS (SELECT 1 FROM ledger.main.export_entry AS x WHERE x.entry_id = j.entry_id) AND NOT EXISTS (SELECT 1 FROM ledger.main.held_entry AS h WHERE h.entry_id = j.entry_id)
UNION
SELECT j.entry_id FROM ledger.main.journal_entry AS j WHERE j.entry_id = $again
