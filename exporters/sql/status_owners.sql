-- What waits for each owner, by currency: how many, how many of them block, the amount, the oldest in business days; the gravest owner first.
WITH own AS (
  SELECT coalesce(nullif(owner, ''), 'nobody') AS owner, coalesce(currency, '') AS currency, count(*) AS exceptions, count(*) FILTER (WHERE severity = 'block') AS blocking,
    coalesce(sum(abs(difference)), 0) AS amount, max(age_days) AS oldest
  FROM exception WHERE state IN ('open', 'review') GROUP BY ALL
)
SELECT owner, currency, exceptions, blocking, amount, oldest FROM own
ORDER BY sum(blocking) OVER (PARTITION BY owner) DESC, sum(exceptions) OVER (PARTITION BY owner) DESC, owner, currency
