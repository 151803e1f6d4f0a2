/*
title = "The present state of every exception"
kind = "life"
why = "Its last event, when it was first seen, and its age in business days."
reads = ["business_day", "currency_unit", "exception_event", "run_context"]
makes = ["exception"]
*/
DELETE FROM exception;
INSERT INTO exception
WITH ordered AS (
  SELECT e.*, row_number() OVER (PARTITION BY exception_id ORDER BY rowid DESC) AS place, min(seen_on) OVER (PARTITION BY exception_id) AS first_seen_on FROM exception_event AS e
), present AS (
  SELECT o.*, r.as_of, CASE WHEN o.state IN ('open', 'in_transit', 'review') THEN greatest(o.seen_on, r.as_of) ELSE o.seen_on END AS last_seen_on
  FROM ordered AS o CROSS JOIN fact.run_context AS r WHERE o.place = 1
), aged AS (
  -- from the day on which it was due, else from the night that saw it first
  SELECT p.*, CASE WHEN p.due_on < p.last_seen_on THEN p.due_on ELSE p.first_seen_on END AS since_on FROM present AS p
)
SELECT p.exception_id, p.rule, p.code, p.class, p.severity, p.state, p.entity, p.store, p.subject_kind, p.subject_key, p.expected, p.actual, p.difference, p.currency,
  p.first_seen_on, p.last_seen_on, greatest(0, coalesce(t.ordinal - f.ordinal, date_diff('day', p.since_on, p.last_seen_on))) AS age_days,
  p.due_on, p.owner,
  CASE u.decimals WHEN 0 THEN regexp_replace(p.cause, '(\d)\.0000\b', '\1', 'g') WHEN 3 THEN regexp_replace(p.cause, '(\d\.\d{3})0\b', '\1', 'g') WHEN 4 THEN p.cause
    ELSE regexp_replace(p.cause, '(\d\.\d\d)00\b', '\1', 'g') END,
  p.suggestion, p.evidence, p.candidates
FROM aged AS p
LEFT JOIN fact.currency_unit AS u ON u.currency = p.currency
LEFT JOIN fact.business_day AS f ON f.entity = p.entity AND f.day = p.since_on
LEFT JOIN fact.business_day AS t ON t.entity = p.entity AND t.day = p.last_seen_on
ORDER BY p.exception_id;
