-- The register of controls: each duty with what serves it, the last run in which that was at work, the rows before it, and what it has caught. NULL where that is not known.
DELETE FROM control;
INSERT INTO control BY NAME
WITH worked AS (
  SELECT concat('rule ', u.name) AS worker, u.run_id, r.started_at AS ran_at, NULL AS rows FROM rule_run AS u JOIN run AS r ON r.run_id = u.run_id WHERE u.state = 'ran'
  UNION ALL SELECT concat('importer ', importer), run_id, known_at, rows FROM file
  -- every file passes every code of the door, and the last night proved the seals
  UNION ALL SELECT 'door', run_id, known_at, rows FROM file WHERE importer <> ''
  UNION ALL SELECT 'door', run_id, known_at, 0 FROM dead_letter
  UNION ALL SELECT concat('export ', kind), run_id, known_at, rows FROM export_file
  UNION ALL SELECT 'books', run_id, started_at, NULL FROM run
), work AS (
  SELECT worker, max_by(run_id, ran_at) AS run_id, max(ran_at) AS ran_at, max_by(rows, ran_at) AS rows
  FROM (SELECT worker, run_id, max(ran_at) AS ran_at, sum(rows) AS rows FROM worked GROUP BY worker, run_id) GROUP BY worker
), caught AS (
  SELECT what, count(DISTINCT id) AS times, max("at") AS caught_at FROM (
    SELECT concat(rule, '/', code, '/', subject_kind) AS what, exception_id AS id, "at" FROM exception_event WHERE action IN ('opened', 'due', 'reopened') AND state = 'open'
    UNION ALL SELECT code, file_id, known_at FROM dead_letter WHERE state = 'waiting'
    UNION ALL SELECT error, refusal_id, "at" FROM refused_act) GROUP BY what
)
SELECT d.duty, d.what, d.served, d.missing, d.kind, d.control, w.run_id, w.ran_at, coalesce(c.rows_left, w.rows) AS rows, c.state, coalesce(k.times, d.caught) AS caught, k.caught_at, d.planted, d.planted_caught
FROM duty_control AS d
LEFT JOIN work AS w ON w.worker = d.worker
LEFT JOIN coverage AS c ON c.name = d.covered AND c.kind = d.covered_kind
LEFT JOIN caught AS k ON k.what = d.caught_as
ORDER BY d.place;
