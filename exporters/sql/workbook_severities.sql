-- Open exceptions by severity, each severity once.
WITH s AS (SELECT unnest(['block', 'high', 'medium', 'low']) AS severity, unnest([0, 1, 2, 3]) AS place)
SELECT s.severity, count(e.exception_id), coalesce(max(e.age_days), 0) FROM s LEFT JOIN exception AS e ON e.severity = s.severity AND e.state IN ('open', 'review') GROUP BY s.severity, s.place ORDER BY s.place
