-- How fresh every feed is: its last file, up to when it is complete, and what was found missing of it.
WITH last AS (
  SELECT f.feed, max_by(f.name, (f.known_at, coalesce(f.complete_until, DATE '1900-01-01'), f.name)) AS name, max(f.known_at) AS known_at, max(f.complete_until) AS complete_until, count(*) AS files
  FROM file AS f WHERE f.state NOT IN ('duplicate', 'announced') GROUP BY f.feed
), late AS (
  SELECT subject_key AS feed, min(cause) AS cause FROM exception WHERE code = 'FEED_MISSING' AND state IN ('open', 'review') GROUP BY subject_key
)
SELECT d.feed, d.owner, d.expected, l.name, l.known_at, l.complete_until, CASE WHEN t.feed IS NOT NULL THEN 'late' WHEN l.feed IS NULL THEN 'nothing yet' WHEN d.expected = 'never' THEN 'at no set time' ELSE 'on time' END AS state, t.cause
FROM feed AS d LEFT JOIN last AS l ON l.feed = d.feed LEFT JOIN late AS t ON t.feed = d.feed
ORDER BY CASE WHEN t.feed IS NOT NULL THEN 0 WHEN l.feed IS NULL THEN 1 ELSE 2 END, d.feed
