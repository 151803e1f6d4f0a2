-- The entry that takes another back. Its reference is not the original's: two entries of Odoo with a payout's reference are a payout that was booked twice.
SELECT concat(j.entry_id, '.reversal') AS entry_id, 'J-20' AS kind, j.entity, j.account, 'journal_entry' AS subject_kind, j.entry_id AS subject_key, CAST($booked_on AS DATE) AS booked_on, j.journal,
  concat(j.ref, ' reversed') AS ref, j.currency, CAST($known_at AS TIMESTAMP) AS known_at, CAST($run_id AS VARCHAR) AS run_id, j.rule_sha256
FROM journal_entry AS j WHERE j.entry_id = $entry_id
