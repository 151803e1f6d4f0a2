-- Entries that no file of an earlier run carries and nothing holds; and one, or those of one file, that a person asked for again. What this very run has written stays
-- in the list, so that a run taken up after a crash cuts its files as it would have done.
CREATE OR REPLACE TEMP TABLE to_export AS
SELECT j.entry_id FROM ledger.main.journal_entry AS j
WHERE NOT EXISTS (SELECT 1 FROM ledger.main.export_entry AS x JOIN ledger.main.export_file AS f ON f.export_id = x.export_id WHERE x.entry_id = j.entry_id AND f.run_id IS DISTINCT FROM getvariable('run_id'))
  AND NOT EXISTS (SELECT 1 FROM ledger.main.held_entry AS h WHERE h.entry_id = j.entry_id)
UNION
SELECT j.entry_id FROM ledger.main.journal_entry AS j WHERE j.entry_id = $again
UNION
SELECT x.entry_id FROM ledger.main.export_entry AS x JOIN ledger.main.export_file AS f ON f.export_id = x.export_id WHERE f.path = $again
