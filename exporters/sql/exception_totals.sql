-- Exceptions by state: every state once, in the order in which they are told.
WITH told AS (
  SELECT unnest(['open', 'review', 'in_transit', 'before_cutover', 'resolved', 'written_off', 'gone']) AS state, unnest([0, 1, 2, 3, 4, 5, 6]) AS place
)
SELECT t.state, coalesce(sum(e.exceptions), 0) FROM told AS t LEFT JOIN exception_total AS e ON e.state = t.state GROUP BY t.state, t.place ORDER BY t.place
