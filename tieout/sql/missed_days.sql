-- Business days of any entity since the last night, a run that judged, and before this one: on them nobody looked.
SELECT DISTINCT b.day FROM fact.business_day AS b
WHERE b.is_business AND b.day < $as_of
  AND b.day > (SELECT max_by(r.as_of, r.seq) FROM ledger.main.run AS r WHERE r.run_id <> $run_id AND r.run_id IN (SELECT u.run_id FROM ledger.main.rule_run AS u))
ORDER BY b.day
