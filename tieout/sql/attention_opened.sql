-- What the run has opened for each owner, by code and currency; of missing feeds their names.
SELECT coalesce(nullif(owner, ''), 'nobody') AS owner, code, severity, coalesce(currency, '') AS currency, count(*) AS count, coalesce(sum(abs(difference)), 0) AS amount,
  coalesce(list(subject_key ORDER BY subject_key) FILTER (WHERE code = 'FEED_MISSING'), []) AS feeds
FROM ledger.main.exception_event WHERE run_id = $run_id AND state = 'open' AND action IN ('opened', 'due', 'reopened')
GROUP BY 1, 2, 3, 4
ORDER BY 1, CASE severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, 2, 4
