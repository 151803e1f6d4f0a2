-- Where every landed row ended. Lines that are followed to their end have the state of that end; of every other table that has rows nothing is known but that it is there:
-- its rows are unlooked, and where no rule reads the table they are not controlled.
DELETE FROM completeness;
INSERT INTO completeness BY NAME
WITH told AS (
  SELECT source, currency, state, lines, amount, TRUE AS followed FROM fact.line_state
  UNION ALL
  SELECT c.source, coalesce(c.currency, ''), 'unlooked', c.lines, coalesce(c.amount, 0), FALSE FROM fact.source_count AS c ANTI JOIN fact.line_state AS s ON s.source = c.source
), reading AS (
  SELECT source, count(DISTINCT name) AS rules FROM fact.rule_source GROUP BY source
)
SELECT t.source, t.currency, sum(t.lines) AS lines, sum(t.amount) AS amount,
  coalesce(sum(t.lines) FILTER (WHERE t.state = 'proven'), 0) AS proven, coalesce(sum(t.lines) FILTER (WHERE t.state = 'in_transit'), 0) AS in_transit,
  coalesce(sum(t.lines) FILTER (WHERE t.state = 'in_exception'), 0) AS in_exception, coalesce(sum(t.lines) FILTER (WHERE t.state = 'resolved'), 0) AS resolved,
  coalesce(sum(t.lines) FILTER (WHERE t.state = 'unlooked'), 0) AS unlooked,
  coalesce(sum(t.amount) FILTER (WHERE t.state = 'proven'), 0) AS proven_amount, coalesce(sum(t.amount) FILTER (WHERE t.state = 'in_transit'), 0) AS in_transit_amount,
  coalesce(sum(t.amount) FILTER (WHERE t.state = 'in_exception'), 0) AS in_exception_amount, coalesce(sum(t.amount) FILTER (WHERE t.state = 'resolved'), 0) AS resolved_amount,
  coalesce(sum(t.amount) FILTER (WHERE t.state = 'unlooked'), 0) AS unlooked_amount,
  CASE WHEN r.rules IS NULL THEN 'not_controlled' WHEN bool_and(t.followed) THEN 'followed' ELSE 'read' END AS control, coalesce(r.rules, 0) AS rules
FROM told AS t LEFT JOIN reading AS r ON r.source = t.source
GROUP BY t.source, t.currency, r.rules ORDER BY t.source, t.currency;
