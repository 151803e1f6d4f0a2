/*
title = "What the night changes about the exceptions"
kind = "life"
why = "Opened, due, changed, reopened, gone, review, as rules/life/states.csv lists them; nothing else is written, and an event is never taken back."
reads = ["found", "removal", "run_context", "standing_exception"]
makes = []
*/
WITH news AS (
  SELECT f.exception_id, CASE
      WHEN b.exception_id IS NULL THEN 'opened'
      WHEN f.state = 'before_cutover' THEN CASE WHEN b.state IN ('open', 'in_transit') THEN CASE WHEN f.severity IN ('block', 'high') THEN 'review' ELSE 'changed' END END
      WHEN b.state IN ('gone', 'review', 'before_cutover') THEN 'reopened'
      WHEN b.state IN ('resolved', 'written_off') AND b.difference IS DISTINCT FROM f.difference THEN 'reopened'
      WHEN b.state = 'in_transit' AND f.state = 'open' THEN 'due'
      WHEN b.state IN ('open', 'in_transit') AND (b.state <> f.state OR b.difference IS DISTINCT FROM f.difference OR b.severity <> f.severity) THEN 'changed' END AS action,
    CASE WHEN f.state = 'before_cutover' AND b.state IN ('open', 'in_transit') AND f.severity IN ('block', 'high') THEN 'review' ELSE f.state END AS state, f.rule, f.code, f.class, f.severity, f.entity, f.store, f.subject_kind, f.subject_key, f.expected, f.actual, f.difference, f.currency, f.due_on, coalesce(b.owner, f.owner) AS owner, f.told AS cause, f.suggestion,
    CASE WHEN f.evidence = '' THEN '[]' ELSE concat('["', replace(f.evidence, ' ', '","'), '"]') END AS evidence, f.candidates,
    CASE WHEN f.state = 'before_cutover' AND b.exception_id IS NOT NULL THEN 'the cut-over of its entity was set after its day' END AS reason
  FROM fact.found AS f LEFT JOIN fact.standing_exception AS b ON b.exception_id = f.exception_id
  UNION ALL
  SELECT b.exception_id, CASE WHEN r.doubtful THEN 'review' ELSE 'gone' END, CASE WHEN r.doubtful THEN 'review' ELSE 'gone' END, b.rule, b.code, b.class, b.severity, b.entity, b.store, b.subject_kind, b.subject_key,
    b.expected, b.actual, b.difference, b.currency, b.due_on, b.owner, b.cause, b.suggestion,
    CASE WHEN coalesce(r.evidence, '') = '' THEN b.evidence
      ELSE concat(CASE WHEN b.evidence = '[]' THEN '[' ELSE concat(left(b.evidence, length(b.evidence) - 1), ',') END, '"', replace(r.evidence, ' ', '","'), '"]') END,
    b.candidates,
    CASE WHEN r.passing THEN 'it spoke of one run only'
      WHEN r.reason IS NOT NULL AND r.why IS NOT NULL THEN concat('removed by ', r.reason, ', or because ', r.why)
      WHEN r.reason IS NOT NULL THEN concat('removed by ', r.reason)
      WHEN r.why IS NOT NULL THEN concat('no new row of its subject: ', r.why)
      ELSE 'no new row of its subject and no change of rule or mapping: the row that caused it is no longer delivered; check the source' END
  FROM fact.removal AS r JOIN fact.standing_exception AS b ON b.exception_id = r.exception_id
)
SELECT left(sha256(concat_ws('|', n.exception_id, n.action, $run_id)), 24) AS event_id, n.exception_id, n.action, n.state, r.as_of AS seen_on, r.known_at AS "at", CAST($run_id AS VARCHAR) AS run_id,
  'tieout' AS actor, n.reason, CAST(NULL AS VARCHAR) AS comment, n.rule, n.code, n.class, n.severity, n.entity, n.store, n.subject_kind, n.subject_key, n.expected, n.actual, n.difference,
  n.currency, n.due_on, n.owner, n.cause, n.suggestion, n.evidence, n.candidates
FROM news AS n CROSS JOIN fact.run_context AS r
WHERE n.action IS NOT NULL
ORDER BY n.exception_id
