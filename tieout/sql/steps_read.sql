-- What the steps behind landing had before them: rows on the sides of the matches, subjects of the checks, payouts that the postings looked at, entries that were to go out; and what stood already.
WITH looked AS (
  SELECT s.kind, s.name, s.side, s.relation, c.rows FROM fact.rule_side AS s JOIN fact.side_count AS c ON c.relation = s.relation
)
SELECT 'match' AS step, (SELECT coalesce(sum(rows), 0) FROM looked WHERE kind = 'match') AS read,
  (SELECT count(DISTINCT m.group_id) FROM fact.matched AS m ANTI JOIN (SELECT group_id FROM ledger.main.match_group WHERE run_id = $run_id AND state = 'matched') AS g ON g.group_id = m.group_id) AS same
UNION ALL SELECT 'check', (SELECT coalesce(sum(rows), 0) FROM looked WHERE kind = 'check' AND side = 'left'),
  (SELECT count(DISTINCT f.exception_id) FROM fact.found AS f ANTI JOIN (SELECT exception_id FROM ledger.main.exception_event WHERE run_id = $run_id) AS e ON e.exception_id = f.exception_id)
UNION ALL SELECT 'post', (SELECT coalesce(sum(rows), 0) FROM looked WHERE kind = 'post' AND side = 'left'), (SELECT count(*) FROM ledger.main.journal_entry WHERE run_id IS DISTINCT FROM $run_id)
UNION ALL SELECT 'export', (SELECT count(*) FROM ledger.main.export_entry AS x JOIN ledger.main.export_file AS f ON f.export_id = x.export_id WHERE f.run_id = $run_id)
  + (SELECT count(DISTINCT entry_id) FROM ledger.main.held_entry), 0
