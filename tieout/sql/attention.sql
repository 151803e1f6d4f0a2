-- What the run has opened that somebody must hear of tonight: missing feeds, and blocking exceptions by code and currency.
SELECT 'feed' AS kind, subject_key AS key, '' AS currency, 1 AS count, 0.0000 AS amount
FROM ledger.main.exception_event WHERE run_id = $run_id AND code = 'FEED_MISSING' AND state = 'open' AND action IN ('opened', 'due', 'reopened')
UNION ALL
SELECT 'block', code, coalesce(currency, ''), count(*), coalesce(sum(abs(difference)), 0)
FROM ledger.main.exception_event WHERE run_id = $run_id AND severity = 'block' AND state = 'open' AND action IN ('opened', 'due', 'reopened') GROUP BY code, coalesce(currency, '')
ORDER BY 1, 2, 3
