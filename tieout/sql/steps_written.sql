-- What the steps behind landing have written in a run.
SELECT 'match' AS step, count(*) FILTER (WHERE state = 'matched') AS new, count(*) FILTER (WHERE state = 'undone') AS versions, 0 AS files FROM ledger.main.match_group WHERE run_id = $run_id
UNION ALL SELECT 'check', count(*) FILTER (WHERE action = 'opened'), count(*) FILTER (WHERE action <> 'opened'), 0 FROM ledger.main.exception_event WHERE run_id = $run_id
UNION ALL SELECT 'post', count(*), 0, 0 FROM ledger.main.journal_entry WHERE run_id = $run_id
UNION ALL SELECT 'export', count(*), 0, count(*) FROM ledger.main.export_file WHERE run_id = $run_id
