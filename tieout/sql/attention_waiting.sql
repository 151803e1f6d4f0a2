-- What waits for each owner, new or not, by currency; the amount is the money at risk, as on the status page.
SELECT coalesce(nullif(e.owner, ''), 'nobody') AS owner, coalesce(e.currency, '') AS currency, count(*) AS count, count(*) FILTER (WHERE e.severity = 'block') AS blocking,
  coalesce(sum(c.at_risk) FILTER (WHERE c.cause_id = e.exception_id), 0) AS amount, max(e.age_days) AS oldest_days
FROM ledger.main.exception AS e LEFT JOIN ledger.main.exception_cause AS c ON c.exception_id = e.exception_id WHERE e.state IN ('open', 'review') GROUP BY 1, 2 ORDER BY 1, 2
