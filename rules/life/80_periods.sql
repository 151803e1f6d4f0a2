/*
title = "Months of each entity"
kind = "life"
why = "Closed or reopened by the last decision, locked by the policy or in Odoo, else open."
reads = ["cutover", "decision", "locked_through", "map_entity", "run_context"]
makes = ["period"]
*/
DELETE FROM period;
INSERT INTO period
WITH month AS (
  SELECT e.entity, strftime(CAST(m.first_day AS DATE), '%Y-%m') AS period, last_day(CAST(m.first_day AS DATE)) AS until
  FROM (SELECT DISTINCT entity FROM fact.map_entity) AS e CROSS JOIN fact.run_context AS r LEFT JOIN fact.cutover AS c ON c.entity = e.entity
  CROSS JOIN generate_series(date_trunc('month', r.first_day + 7), date_trunc('month', r.as_of), INTERVAL 1 MONTH) AS m(first_day)
  WHERE c.cutover_on IS NULL OR last_day(CAST(m.first_day AS DATE)) >= c.cutover_on
), decided AS (
  SELECT subject_key, action, actor, "at" FROM decision WHERE kind IN ('close_period', 'reopen_period') QUALIFY row_number() OVER (PARTITION BY subject_key ORDER BY rowid DESC) = 1
)
SELECT m.entity, m.period, CASE WHEN d.action = 'close_period' THEN 'closed' WHEN l.through >= m.until THEN 'locked' ELSE 'open' END,
  CASE WHEN d.action = 'close_period' THEN d."at" END, CASE WHEN d.action = 'close_period' THEN d.actor END
FROM month AS m LEFT JOIN decided AS d ON d.subject_key = concat(m.entity, '/', m.period) LEFT JOIN fact.locked_through AS l ON l.entity = m.entity
ORDER BY m.entity, m.period;
