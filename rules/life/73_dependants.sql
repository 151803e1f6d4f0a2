/*
title = "What waits in each exception"
kind = "life"
why = "Subjects that belong to a cause, and those that a finding tells together. When it has ended they are judged by themselves."
reads = ["claimed", "exception", "waiting_subject"]
makes = ["exception_dependant"]
*/
DELETE FROM exception_dependant;
INSERT INTO exception_dependant
WITH standing AS (
  SELECT exception_id, rule, code, subject_kind, subject_key FROM exception WHERE state IN ('open', 'review', 'in_transit')
), owner AS (
  -- the finding that tells them, or the cause that it belongs to itself
  SELECT exception_id, rule, code, subject_kind, subject_key FROM standing
  UNION ALL
  SELECT cause_id, rule, code, subject_kind, subject_key FROM fact.claimed
), waiting AS (
  SELECT c.cause_id AS exception_id, c.subject_kind, c.subject_key, abs(c.difference) AS amount, c.currency FROM fact.claimed AS c JOIN standing AS s ON s.exception_id = c.cause_id
  UNION ALL
  SELECT o.exception_id, w.waiting_kind, w.waiting_key, abs(w.amount), w.currency
  FROM fact.waiting_subject AS w JOIN owner AS o ON o.rule = w.rule AND o.code = w.code AND o.subject_kind = w.subject_kind AND o.subject_key = w.subject_key
)
SELECT exception_id, subject_kind, subject_key, max(amount), min(currency) FROM waiting GROUP BY exception_id, subject_kind, subject_key ORDER BY exception_id, subject_kind, subject_key;
