-- Causes, the most money first: one code of one entity, currency and owner, with what lies below it; then their sums. The texts and the payout are those of its largest; how many wait for the second word on a write-off stands behind what to do.
WITH said AS (
  SELECT v.exception_id, v.action, row_number() OVER (PARTITION BY v.exception_id ORDER BY v.at DESC, v.event_id DESC) AS back FROM exception_event AS v
), led AS (
  SELECT c.cause_place, c.place, c.at_risk, c.late_days, c.payout, c.cause_id = c.exception_id AS leads, coalesce(s.action = 'write_off_proposed', FALSE) AS proposed, e.code, e.entity, e.currency, e.owner, e.due_on, e.suggestion, e.cause,
    CASE e.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END AS gravity
  FROM exception_cause AS c JOIN exception AS e ON e.exception_id = c.exception_id LEFT JOIN said AS s ON s.exception_id = c.exception_id AND s.back = 1
), below AS (
  SELECT cause_place, string_agg(CASE lines WHEN 1 THEN code ELSE concat(code, ' (', lines, ')') END, ', ' ORDER BY code) AS told
  FROM (SELECT cause_place, code, count(*) AS lines FROM led WHERE NOT leads GROUP BY cause_place, code) AS b GROUP BY cause_place
), cause AS (
  SELECT cause_place, min(gravity) AS gravity, concat(arg_min(suggestion, place) FILTER (WHERE leads), CASE WHEN count(*) FILTER (WHERE leads AND proposed) > 0 THEN concat(' Proposed as a write-off: ', count(*) FILTER (WHERE leads AND proposed), '; another person, an approver, has to say the same.') ELSE '' END) AS suggestion, sum(at_risk) FILTER (WHERE leads) AS at_risk,
    arg_min(currency, place) FILTER (WHERE leads) AS currency, count(*) AS exceptions, max(late_days) AS late_days, min(due_on) AS due_on, arg_min(owner, place) FILTER (WHERE leads) AS owner,
    concat(arg_min(cause, place) FILTER (WHERE leads), CASE WHEN count(*) FILTER (WHERE leads) > 1 THEN concat(' And ', count(*) FILTER (WHERE leads) - 1, ' more like it.') ELSE '' END) AS cause,
    arg_min(entity, place) FILTER (WHERE leads) AS entity, arg_min(code, place) FILTER (WHERE leads) AS code, arg_min(payout, place) FILTER (WHERE payout IS NOT NULL AND leads) AS payout, min(place) AS place
  FROM led GROUP BY cause_place
)
SELECT CASE c.gravity WHEN 0 THEN 'block' WHEN 1 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low' END, c.suggestion, c.at_risk, c.currency, c.exceptions, c.late_days, c.due_on, c.owner, c.cause, c.code, b.told, c.cause_place, c.entity, c.payout, c.place
FROM cause AS c LEFT JOIN below AS b ON b.cause_place = c.cause_place
UNION ALL SELECT 'total', NULL, sum(at_risk), currency, sum(exceptions), max(late_days), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9223372036854775807 FROM cause WHERE currency IS NOT NULL GROUP BY currency
ORDER BY 15, 4
