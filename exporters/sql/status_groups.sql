-- The six groups of the status, one row per figure.
SELECT 1 AS place, 'Transactions' AS title, concat(replace(source, '_', ' '), 's ', currency) AS label, CAST(lines AS VARCHAR) AS value, concat(proven, ' proven, ', in_transit, ' in transit, ', in_exception, ' in exception, ', resolved, ' resolved, ', unlooked, ' unlooked') AS note FROM completeness
UNION ALL SELECT 1, 'Transactions', CASE WHEN u.state = 'no_source' THEN 'rules without their source' ELSE 'rules beyond their sources' END, CAST(count(*) AS VARCHAR),
  concat('not evaluated: ', string_agg(concat(u.rule, ' ', u.name, ' ', u.not_evaluated), ', ' ORDER BY u.rule, u.name))
  FROM rule_run AS u JOIN (SELECT run_id FROM run ORDER BY seq DESC LIMIT 1) AS l ON l.run_id = u.run_id WHERE u.not_evaluated > 0 GROUP BY ALL
UNION ALL SELECT 2, 'Queue', 'exceptions to decide', CAST(count(*) AS VARCHAR), concat(coalesce(max(age_days), 0), ' business days the oldest') FROM exception WHERE state IN ('open', 'review')
UNION ALL SELECT 2, 'Queue', 'journal entries held', CAST(count(DISTINCT entry_id) AS VARCHAR), coalesce(string_agg(DISTINCT reason, ', ' ORDER BY reason), '') FROM held_entry
UNION ALL SELECT 2, 'Queue', 'mapping proposals that wait', CAST(count(*) AS VARCHAR), '' FROM mapping_event AS p WHERE p.action = 'proposed' AND p.row_key IS NULL AND NOT EXISTS (SELECT 1 FROM mapping_event AS d WHERE d.file = p.file AND d.action IN ('approved', 'declined') AND (d.proposal_id = p.proposal_id OR d."at" > p."at"))
UNION ALL SELECT 3, 'Transfers', 'files written', CAST(count(*) AS VARCHAR), concat(count(r.export_id), ' received by a remote') FROM export_file AS e LEFT JOIN receipt AS r ON r.export_id = e.export_id
UNION ALL SELECT 3, 'Transfers', 'files sent without a receipt', CAST(count(*) AS VARCHAR), '' FROM export_file AS e WHERE e.remote <> 'local' AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
UNION ALL SELECT 4, 'Retries', 'runs that must be tried again', CAST(count(*) AS VARCHAR), 'exit code 75' FROM run WHERE exit_code = 75
UNION ALL SELECT 5, 'Refused files', 'waiting in dead-letters/', CAST(count(*) AS VARCHAR), coalesce(string_agg(concat(d.feed, '/', d.name, ' [', d.code, ']'), ', ' ORDER BY d.feed, d.name), '') FROM dead_letter AS d WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at)
UNION ALL SELECT 6, 'Exceptions', 'business, timing and data', CAST(count(*) AS VARCHAR), concat(count(*) FILTER (WHERE severity = 'block'), ' blocking, ', count(*) FILTER (WHERE severity = 'high'), ' high') FROM exception WHERE state IN ('open', 'review') AND class NOT LIKE 'TECH%'
UNION ALL SELECT 6, 'Exceptions', 'technical, transient', CAST(count(*) AS VARCHAR), 'tried again by the next run' FROM exception WHERE state IN ('open', 'review') AND class LIKE 'TECH%'
UNION ALL SELECT 6, 'Exceptions', 'in transit, not yet due', CAST(count(*) AS VARCHAR), '' FROM exception WHERE state = 'in_transit'
ORDER BY 1, 3, 5, 4
