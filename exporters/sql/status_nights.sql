-- The last thirty business dates with a night, a run that judged, the newest first: what waited for a person when it ended, what it opened and closed, the files that came since the one before, the business days without one before it.
WITH counted AS (
  SELECT r.as_of, r.run_id, r.started_at, r.exit_code, r.seq FROM run AS r WHERE r.run_id IN (SELECT u.run_id FROM rule_run AS u) QUALIFY row_number() OVER (PARTITION BY r.as_of ORDER BY r.seq DESC) = 1
), ordered AS (
  SELECT c.*, lag(c.started_at) OVER (ORDER BY c.seq) AS before_at, lag(c.as_of) OVER (ORDER BY c.seq) AS before_on FROM counted AS c
), night AS (
  SELECT * FROM ordered ORDER BY seq DESC LIMIT 30
), span AS (
  SELECT exception_id, state, severity, action, "at", lead("at") OVER (PARTITION BY exception_id ORDER BY "at", rowid) AS until_at FROM exception_event
), stood AS (
  SELECT n.seq, count(*) AS waiting, count(*) FILTER (WHERE s.severity = 'block') AS blocking
  FROM night AS n JOIN span AS s ON s."at" <= n.started_at AND (s.until_at IS NULL OR s.until_at > n.started_at) WHERE s.state IN ('open', 'review') GROUP BY n.seq
), moved AS (
  SELECT n.seq, count(DISTINCT s.exception_id) FILTER (WHERE s.state = 'open' AND s.action IN ('opened', 'due', 'reopened')) AS opened,
    count(DISTINCT s.exception_id) FILTER (WHERE s.state IN ('gone', 'resolved', 'written_off')) AS closed
  FROM night AS n JOIN span AS s ON s."at" <= n.started_at AND (n.before_at IS NULL OR s."at" > n.before_at) GROUP BY n.seq
), landed AS (
  SELECT n.seq, count(*) AS files FROM night AS n JOIN file AS f ON f.known_at <= n.started_at AND (n.before_at IS NULL OR f.known_at > n.before_at) WHERE f.state NOT IN ('duplicate', 'announced') GROUP BY n.seq
), refused AS (
  SELECT n.seq, count(*) AS files FROM night AS n JOIN dead_letter AS d ON d.known_at <= n.started_at AND (n.before_at IS NULL OR d.known_at > n.before_at) WHERE d.state = 'waiting' GROUP BY n.seq
), missed AS (
  SELECT n.seq, count(DISTINCT b.day) AS days FROM night AS n JOIN business_day AS b ON b.is_business AND b.day > n.before_on AND b.day < n.as_of GROUP BY n.seq
)
SELECT n.as_of, n.run_id, n.exit_code, coalesce(s.waiting, 0) AS waiting, coalesce(s.blocking, 0) AS blocking, coalesce(m.opened, 0) AS opened, coalesce(m.closed, 0) AS closed, coalesce(l.files, 0) AS files, coalesce(r.files, 0) AS refused, coalesce(x.days, 0) AS missed
FROM night AS n LEFT JOIN stood AS s ON s.seq = n.seq LEFT JOIN moved AS m ON m.seq = n.seq LEFT JOIN landed AS l ON l.seq = n.seq LEFT JOIN refused AS r ON r.seq = n.seq LEFT JOIN missed AS x ON x.seq = n.seq
ORDER BY n.seq DESC
