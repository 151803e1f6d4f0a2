-- What waited for a person at the end of the same thirty nights, as amounts by currency; the newest first.
WITH counted AS (
  SELECT r.as_of, r.started_at, r.seq FROM run AS r WHERE r.run_id IN (SELECT u.run_id FROM rule_run AS u) QUALIFY row_number() OVER (PARTITION BY r.as_of ORDER BY r.seq DESC) = 1
), night AS (
  SELECT * FROM counted ORDER BY seq DESC LIMIT 30
), span AS (
  SELECT exception_id, state, currency, abs(difference) AS amount, "at", lead("at") OVER (PARTITION BY exception_id ORDER BY "at", rowid) AS until_at FROM exception_event
)
SELECT s.currency, n.as_of, sum(s.amount) AS amount
FROM night AS n JOIN span AS s ON s."at" <= n.started_at AND (s.until_at IS NULL OR s.until_at > n.started_at)
WHERE s.state IN ('open', 'review') AND s.currency IS NOT NULL AND s.amount IS NOT NULL GROUP BY s.currency, n.as_of, n.seq
ORDER BY s.currency, n.seq DESC
