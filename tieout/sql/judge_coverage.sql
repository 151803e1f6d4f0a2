-- What was controlled, from what the rules had before them: rows on each side in the period, sources that have landed, subjects within what the sources cover.
DELETE FROM coverage;
INSERT INTO coverage BY NAME
WITH landed AS (
  SELECT source, sum(lines) AS lines FROM fact.source_count GROUP BY source
), side AS (
  -- several things on the right: the rule has looked only if it had rows of each
  SELECT s.name, s.rule, s.kind, string_agg(s.relation, ', ') FILTER (WHERE s.side = 'left') AS left_side, string_agg(s.relation, ', ' ORDER BY s.relation) FILTER (WHERE s.side <> 'left') AS right_side,
    sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'left') AS rows_left, min(coalesce(c.seen, 0)) FILTER (WHERE s.side <> 'left') AS rows_right,
    greatest(sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'left') - sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'among'), 0) AS beyond, bool_or(s.source <> '' AND l.source IS NULL) AS lacks_source
  FROM fact.rule_side AS s LEFT JOIN fact.side_count AS c ON c.relation = s.relation LEFT JOIN landed AS l ON l.source = s.source
  GROUP BY s.name, s.rule, s.kind
), owner AS (
  SELECT n.name, sum(c.subjects) AS subjects, coalesce(sum(c.subjects) FILTER (WHERE c.day <= h.complete_until), 0) AS looked
  FROM (SELECT DISTINCT name, subject_kind FROM fact.rule_need) AS n
  JOIN fact.subject_count AS c ON c.subject_kind = n.subject_kind AND c.day >= (SELECT seen_from FROM fact.coverage_period)
  LEFT JOIN fact.horizon AS h ON h.name = n.name AND h.entity IS NOT DISTINCT FROM c.entity AND h.store IS NOT DISTINCT FROM c.store AND h.account IS NOT DISTINCT FROM c.account
    AND h.bank_account IS NOT DISTINCT FROM c.bank_account
  GROUP BY n.name, c.entity, c.store, c.account, c.bank_account
), evaluated AS (
  SELECT name, sum(looked) AS looked, sum(subjects) - sum(looked) AS not_evaluated, bool_or(looked = 0) AS in_part FROM owner GROUP BY name
), judged AS (
  SELECT s.kind, s.name, s.rule, s.left_side, s.right_side, s.rows_left, s.rows_right, coalesce(e.not_evaluated, 0) + coalesce(s.beyond, 0) AS not_evaluated,
    CASE WHEN s.lacks_source OR u.state = 'no_source' THEN 'no_source'
         WHEN s.rows_left = 0 AND coalesce(s.rows_right, 0) = 0 THEN 'no_rows'
         WHEN s.rows_left = 0 OR s.rows_right = 0 THEN 'one_sided'
         WHEN e.looked = 0 THEN 'not_evaluated'
         WHEN e.in_part OR s.beyond > 0 THEN 'in_part'
         ELSE 'controlled' END AS state
  FROM side AS s JOIN fact.rule_state AS u ON u.name = s.name LEFT JOIN evaluated AS e ON e.name = s.name
), grade AS (
  SELECT unnest(['controlled', 'in_part', 'not_evaluated', 'one_sided', 'no_rows', 'no_source']) AS state, unnest([0, 1, 2, 3, 4, 5]) AS place
), compared AS (
  -- a table is controlled by the rules that hold it against something; other rules look at it alone, or read it beside what they compare
  SELECT s.source, min(g.place) AS place FROM fact.rule_side AS s JOIN judged AS j ON j.name = s.name AND j.kind = 'check' AND j.right_side IS NOT NULL JOIN grade AS g ON g.state = j.state WHERE s.source <> '' GROUP BY s.source
), reading AS (
  SELECT source, count(DISTINCT name) AS rules FROM fact.rule_source GROUP BY source
)
SELECT kind, name, 1 AS rules, state, rule, left_side, right_side, rows_left, rows_right, not_evaluated, p.seen_from FROM judged CROSS JOIN fact.coverage_period AS p
UNION ALL
-- a rule of the catalogue is as far as the least of its checks
SELECT 'rule', j.rule, count(*), max_by(j.state, g.place), j.rule, NULL, NULL, NULL, NULL, sum(j.not_evaluated), p.seen_from
FROM judged AS j JOIN grade AS g ON g.state = j.state CROSS JOIN fact.coverage_period AS p WHERE j.kind = 'check' GROUP BY j.rule, p.seen_from
UNION ALL
SELECT 'source', t.source, coalesce(r.rules, 0),
  CASE WHEN l.source IS NULL THEN 'no_source' WHEN r.rules IS NULL THEN 'not_controlled' WHEN c.place IS NULL THEN 'read' WHEN g.state = 'no_source' THEN 'one_sided' ELSE g.state END,
  NULL, t.source, NULL, coalesce(l.lines, 0), NULL, NULL, NULL
FROM fact.source_table AS t LEFT JOIN landed AS l ON l.source = t.source LEFT JOIN reading AS r ON r.source = t.source
LEFT JOIN compared AS c ON c.source = t.source LEFT JOIN grade AS g ON g.place = c.place
ORDER BY 1, 2;
