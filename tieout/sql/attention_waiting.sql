-- What waits for each owner, new or not, by currency.
SELECT coalesce(nullif(owner, ''), 'nobody') AS owner, coalesce(currency, '') AS currency, count(*) AS count, count(*) FILTER (WHERE severity = 'block') AS blocking, coalesce(sum(abs(difference)), 0) AS amount, max(age_days) AS oldest_days
FROM ledger.main.exception WHERE state IN ('open', 'review') GROUP BY 1, 2 ORDER BY 1, 2
