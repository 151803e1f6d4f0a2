-- Journal entries of one posting rule that the ledger does not hold yet.
SELECT DISTINCT p.entry_id, p.pattern AS kind, p.entity, p.account, p.subject_kind, p.subject_key, p.booked_on, first_value(p.journal) OVER (PARTITION BY p.entry_id ORDER BY p.line_key) AS journal,
  p.ref, p.currency, r.known_at, CAST($run_id AS VARCHAR) AS run_id, CAST($rule_sha256 AS VARCHAR) AS rule_sha256
FROM fact.posting AS p CROSS JOIN fact.run_context AS r
WHERE NOT EXISTS (SELECT 1 FROM journal_entry AS j WHERE j.entry_id = p.entry_id)
ORDER BY p.entry_id
