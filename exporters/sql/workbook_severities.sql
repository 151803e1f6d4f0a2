-- Exceptions to decide by severity, each severity once.
WITH s AS (SELECT unnest(['block', 'high', 'medium', 'low']) AS severity, unnest([0, 1, 2, 3]) AS place)
SELECT s.severity, coalesce(sum(e.exceptions), 0), coalesce(sum(e.exceptions) FILTER (WHERE e.state = 'open'), 0), coalesce(sum(e.exceptions) FILTER (WHERE e.state = 'review'), 0), coalesce(max(e.oldest_days), 0)
FROM s LEFT JOIN exception_total AS e ON e.severity = s.severity AND e.standing = 'to_decide' GROUP BY s.severity, s.place ORDER BY s.place
