-- Figures for the metrics file: name, labels, value.
SELECT 'tieout_exceptions' AS name, concat('class="', class, '",severity="', severity, '",state="', state, '"') AS labels, sum(exceptions) AS value FROM exception_total GROUP BY class, severity, state
UNION ALL SELECT 'tieout_dead_letters', concat('code="', d.code, '"'), count(*) FROM dead_letter AS d
  WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at) GROUP BY d.code
UNION ALL SELECT 'tieout_payouts', concat('state="', state, '"'), count(*) FROM payout_proof GROUP BY state
UNION ALL SELECT 'tieout_transfers', 'state="received"', count(*) FROM export_file AS e WHERE e.remote <> 'local' AND EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
UNION ALL SELECT 'tieout_transfers', 'state="waiting"', count(*) FROM export_file AS e WHERE e.remote <> 'local' AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
UNION ALL SELECT 'tieout_transfers', 'state="local"', count(*) FROM export_file AS e WHERE e.remote = 'local'
UNION ALL SELECT 'tieout_journal_entries_held', concat('reason="', reason, '"'), count(*) FROM held_entry GROUP BY reason
UNION ALL SELECT 'tieout_runs', concat('exit_code="', exit_code, '"'), count(*) FROM run GROUP BY exit_code
UNION ALL SELECT 'tieout_log_size', '', count(*) FROM log_leaf
ORDER BY 1, 2
