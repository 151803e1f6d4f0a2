-- Exceptions to decide by age, in business days since the due day, else since they were first seen: how many, and of what money; then their sums by currency.
WITH aged AS (
  SELECT k.code, k.currency, k.amount, CASE WHEN k.days <= 1 THEN 1 WHEN k.days <= 5 THEN 2 WHEN k.days <= 10 THEN 3 WHEN k.days <= 20 THEN 4 ELSE 5 END AS bucket
  FROM (
    SELECT e.code, e.currency, abs(e.difference) AS amount, coalesce(c.late_days, e.age_days) AS days
    FROM exception AS e LEFT JOIN exception_cause AS c ON c.exception_id = e.exception_id WHERE e.state IN ('open', 'review')
  ) AS k
)
SELECT CASE WHEN grouping(code) = 1 THEN 'total' ELSE code END, currency, count(*) FILTER (WHERE bucket = 1), count(*) FILTER (WHERE bucket = 2), count(*) FILTER (WHERE bucket = 3), count(*) FILTER (WHERE bucket = 4), count(*) FILTER (WHERE bucket = 5), count(*),
  coalesce(sum(amount), 0), coalesce(sum(amount) FILTER (WHERE bucket = 1), 0), coalesce(sum(amount) FILTER (WHERE bucket = 2), 0), coalesce(sum(amount) FILTER (WHERE bucket = 3), 0), coalesce(sum(amount) FILTER (WHERE bucket = 4), 0), coalesce(sum(amount) FILTER (WHERE bucket = 5), 0)
FROM aged GROUP BY GROUPING SETS ((code, currency), (currency)) ORDER BY grouping(code), code, currency
