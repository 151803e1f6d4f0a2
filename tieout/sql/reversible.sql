-- An entry, the files that carry it, and what has taken it back: a reversal, or for a payout's entry the one that its failure made.
SELECT j.entry_id, j.kind, j.entity, j.booked_on,
  (SELECT count(*) FROM ledger.main.export_entry AS x WHERE x.entry_id = j.entry_id) AS files,
  (SELECT min(r.entry_id) FROM ledger.main.journal_entry AS r WHERE r.kind = 'J-20' AND r.subject_key = j.entry_id) AS reversed_by,
  (SELECT min(f.entry_id) FROM ledger.main.journal_entry AS f WHERE j.kind = 'J-02' AND f.kind = 'J-13' AND f.subject_key = j.subject_key
     AND NOT EXISTS (SELECT 1 FROM ledger.main.journal_entry AS r WHERE r.kind = 'J-20' AND r.subject_key = f.entry_id)) AS failed_by
FROM ledger.main.journal_entry AS j WHERE j.entry_id = $entry_id
