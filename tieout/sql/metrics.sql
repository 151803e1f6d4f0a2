-- Figures for the metrics file: name, labels, value as it is written there. What each means stands in tieout/books/metrics.py.
WITH waiting_letter AS (
  SELECT d.code, d.known_at FROM dead_letter AS d
  WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at)
), to_decide AS (
  SELECT coalesce(nullif(e.owner, ''), 'nobody') AS owner, e.severity, coalesce(e.currency, '') AS currency, CASE WHEN c.cause_id = e.exception_id THEN c.at_risk END AS at_risk, e.age_days
  FROM exception AS e LEFT JOIN exception_cause AS c ON c.exception_id = e.exception_id WHERE e.state IN ('open', 'review')
), unsent AS (
  SELECT e.remote, e.known_at FROM export_file AS e WHERE e.remote <> 'local' AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
), came AS (
  SELECT feed, max(known_at) AS known_at, max(complete_until) AS complete_until FROM file WHERE state NOT IN ('duplicate', 'announced') GROUP BY feed
), late AS (
  SELECT DISTINCT subject_key AS feed FROM exception WHERE code = 'FEED_MISSING' AND state IN ('open', 'review')
)
SELECT 'tieout_exceptions' AS name, MAP { 'class': class, 'severity': severity, 'state': state } AS labels, CAST(sum(exceptions) AS VARCHAR) AS value FROM exception_total GROUP BY class, severity, state
UNION ALL SELECT 'tieout_exceptions_amount', MAP { 'currency': currency, 'severity': severity, 'state': state }, CAST(sum(amount) AS VARCHAR) FROM exception_total WHERE currency <> '' GROUP BY currency, severity, state
UNION ALL SELECT 'tieout_owner_exceptions', MAP { 'owner': owner, 'severity': severity }, CAST(count(*) AS VARCHAR) FROM to_decide GROUP BY owner, severity
UNION ALL SELECT 'tieout_owner_at_risk', MAP { 'owner': owner, 'currency': currency }, CAST(coalesce(sum(at_risk), 0) AS VARCHAR) FROM to_decide WHERE currency <> '' GROUP BY owner, currency
UNION ALL SELECT 'tieout_oldest_exception_days', MAP { 'severity': severity }, CAST(max(age_days) AS VARCHAR) FROM to_decide GROUP BY severity
UNION ALL SELECT 'tieout_dead_letters', MAP { 'code': code }, CAST(count(*) AS VARCHAR) FROM waiting_letter GROUP BY code
UNION ALL SELECT 'tieout_oldest_dead_letter_timestamp_seconds', MAP { }, CAST(epoch_ms(min(known_at)) // 1000 AS VARCHAR) FROM waiting_letter HAVING count(*) > 0
UNION ALL SELECT 'tieout_payouts', MAP { 'state': state }, CAST(count(*) AS VARCHAR) FROM payout_proof GROUP BY state
UNION ALL SELECT 'tieout_payouts_amount', MAP { 'state': state, 'currency': currency }, CAST(coalesce(sum(payout_amount), 0) AS VARCHAR) FROM payout_proof GROUP BY state, currency
UNION ALL SELECT 'tieout_transfers', MAP { 'state': 'received' }, CAST(count(*) AS VARCHAR) FROM export_file AS e WHERE e.remote <> 'local' AND EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
UNION ALL SELECT 'tieout_transfers', MAP { 'state': 'waiting' }, CAST(count(*) AS VARCHAR) FROM unsent
UNION ALL SELECT 'tieout_transfers', MAP { 'state': 'local' }, CAST(count(*) AS VARCHAR) FROM export_file AS e WHERE e.remote = 'local'
UNION ALL SELECT 'tieout_oldest_transfer_timestamp_seconds', MAP { 'remote': remote }, CAST(epoch_ms(min(known_at)) // 1000 AS VARCHAR) FROM unsent GROUP BY remote
UNION ALL SELECT 'tieout_journal_entries_held', MAP { 'reason': reason }, CAST(count(*) AS VARCHAR) FROM held_entry GROUP BY reason
UNION ALL SELECT 'tieout_feed_last_file_timestamp_seconds', MAP { 'feed': d.feed, 'owner': d.owner }, CAST(epoch_ms(c.known_at) // 1000 AS VARCHAR) FROM feed AS d JOIN came AS c ON c.feed = d.feed
UNION ALL SELECT 'tieout_feed_complete_until_timestamp_seconds', MAP { 'feed': d.feed, 'owner': d.owner }, CAST(epoch_ms(CAST(c.complete_until AS TIMESTAMP)) // 1000 AS VARCHAR) FROM feed AS d JOIN came AS c ON c.feed = d.feed WHERE c.complete_until IS NOT NULL
UNION ALL SELECT 'tieout_feed_late', MAP { 'feed': d.feed, 'owner': d.owner }, CASE WHEN l.feed IS NULL THEN '0' ELSE '1' END FROM feed AS d LEFT JOIN late AS l ON l.feed = d.feed
UNION ALL SELECT 'tieout_business_date_timestamp_seconds', MAP { }, CAST(epoch_ms(CAST(as_of AS TIMESTAMP)) // 1000 AS VARCHAR) FROM run_context
UNION ALL SELECT 'tieout_runs', MAP { 'exit_code': CAST(exit_code AS VARCHAR) }, CAST(count(*) AS VARCHAR) FROM run GROUP BY exit_code
UNION ALL SELECT 'tieout_log_size', MAP { }, CAST(count(*) AS VARCHAR) FROM log_leaf
ORDER BY 1, 2
