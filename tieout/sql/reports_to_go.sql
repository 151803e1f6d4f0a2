-- Nights before a day whose reports may go: not the last night of a month, none that an exception names which stands or about which a person has decided.
WITH night AS (
  SELECT run_id, as_of, row_number() OVER (PARTITION BY date_trunc('month', as_of) ORDER BY as_of DESC, run_id DESC) AS place FROM ledger.main.run
), named AS (
  SELECT DISTINCT v.run_id FROM ledger.main.exception_event AS v
  WHERE v.exception_id IN (SELECT e.exception_id FROM ledger.main.exception AS e WHERE e.state IN ('open', 'review', 'in_transit') UNION SELECT d.subject_key FROM ledger.main.decision AS d)
)
SELECT run_id FROM night WHERE as_of < $since AND place > 1 AND run_id <> $run_id AND run_id NOT IN (SELECT run_id FROM named WHERE run_id IS NOT NULL) ORDER BY run_id
