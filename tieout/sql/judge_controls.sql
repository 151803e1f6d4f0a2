-- The register of controls: each duty with what serves it, the last run in which that was at work, the rows before it, and what it has caught. NULL where that is not known.
DELETE FROM control;
INSERT INTO control BY NAME
WITH door AS (
  -- every file passes every code of the door
  SELECT importer, run_id, rows, known_at FROM file WHERE importer <> ''
  UNION ALL SELECT NULL, run_id, 0, known_at FROM dead_letter WHERE state = 'waiting'
), work AS (
  SELECT 'rule' AS kind, u.name AS control, e.run_id, e.started_at AS ran_at, CAST(NULL AS BIGINT) AS rows FROM rule_run AS u JOIN run AS e ON e.run_id = u.run_id WHERE u.state = 'ran'
    QUALIFY row_number() OVER (PARTITION BY u.name ORDER BY e.seq DESC) = 1
  UNION ALL SELECT 'importer', importer, run_id, max(known_at), sum(rows) FROM door WHERE importer IS NOT NULL GROUP BY importer, run_id QUALIFY row_number() OVER (PARTITION BY importer ORDER BY max(known_at) DESC, run_id DESC) = 1
  UNION ALL SELECT 'gate', NULL, run_id, max(known_at), sum(rows) FROM door GROUP BY run_id QUALIFY row_number() OVER (ORDER BY max(known_at) DESC, run_id DESC) = 1
  UNION ALL SELECT 'export', kind, run_id, max(known_at), sum(rows) FROM export_file GROUP BY kind, run_id QUALIFY row_number() OVER (PARTITION BY kind ORDER BY max(known_at) DESC, run_id DESC) = 1
  UNION ALL SELECT 'seal', NULL, run_id, started_at, NULL FROM run QUALIFY row_number() OVER (ORDER BY seq DESC) = 1
), refused AS (
  SELECT code AS control, count(*) AS caught, max(known_at) AS caught_at FROM dead_letter WHERE state = 'waiting' GROUP BY code
  UNION ALL SELECT error, count(*), max("at") FROM refused_act GROUP BY error
), opened AS (
  SELECT rule, code, subject_kind, count(DISTINCT exception_id) AS caught, max("at") AS caught_at FROM exception_event WHERE action IN ('opened', 'due', 'reopened') AND state = 'open' GROUP BY rule, code, subject_kind
)
SELECT d.duty, d.what, d.served, d.missing, d.kind, d.control, w.run_id, w.ran_at, CASE WHEN d.kind = 'rule' THEN c.rows_left ELSE w.rows END AS rows, c.state,
  CASE WHEN d.rule IS NOT NULL THEN coalesce(o.caught, 0) WHEN d.kind = 'gate' AND NOT ends_with(d.control, 'Error') THEN coalesce(r.caught, 0) ELSE r.caught END AS caught, coalesce(o.caught_at, r.caught_at) AS caught_at
FROM duty_control AS d
LEFT JOIN work AS w ON w.kind = d.kind AND CASE d.kind WHEN 'gate' THEN NOT ends_with(d.control, 'Error') WHEN 'seal' THEN true ELSE w.control = d.control END
LEFT JOIN coverage AS c ON d.kind = 'rule' AND c.kind IN ('check', 'match', 'post') AND c.name = d.control
LEFT JOIN opened AS o ON o.rule = d.rule AND o.code = d.code AND o.subject_kind = d.subject_kind
LEFT JOIN refused AS r ON d.kind IN ('gate', 'seal') AND r.control = d.control
ORDER BY d.place;
