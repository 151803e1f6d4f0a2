-- What waits for each owner, by currency: how many, how many of them block, the money at risk, which is that of the largest of what lies together, the oldest in business days; the owner of most that blocks first.
WITH own AS (
  SELECT coalesce(nullif(e.owner, ''), 'nobody') AS owner, coalesce(e.currency, '') AS currency, count(*) AS exceptions, count(*) FILTER (WHERE e.severity = 'block') AS blocking,
    coalesce(sum(c.at_risk) FILTER (WHERE c.cause_id = e.exception_id), 0) AS amount, max(e.age_days) AS oldest
  FROM exception AS e LEFT JOIN exception_cause AS c ON c.exception_id = e.exception_id WHERE e.state IN ('open', 'review') GROUP BY 1, 2
)
SELECT owner, currency, exceptions, blocking, amount, oldest FROM own
ORDER BY sum(blocking) OVER (PARTITION BY owner) DESC, sum(exceptions) OVER (PARTITION BY owner) DESC, owner, currency
