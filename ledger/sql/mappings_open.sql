-- Proposals that wait: the newest of each file, not decided, made against what is in force now.
WITH decided AS (
  SELECT DISTINCT proposal_id FROM mapping_event WHERE action IN ('approved', 'declined')
), base AS (
  SELECT file, content_sha256 FROM mapping_event WHERE action = 'approved' AND row_key IS NULL QUALIFY row_number() OVER (PARTITION BY file ORDER BY rowid DESC) = 1
), waiting AS (
  SELECT e.proposal_id, e.file, e.actor, e.base_sha256, row_number() OVER (PARTITION BY e.file ORDER BY e.rowid DESC) AS place
  FROM mapping_event AS e LEFT JOIN base AS b ON b.file = e.file
  WHERE e.action = 'proposed' AND e.row_key IS NULL AND e.base_sha256 = coalesce(b.content_sha256, '') AND NOT EXISTS (SELECT 1 FROM decided AS d WHERE d.proposal_id = e.proposal_id)
)
SELECT w.proposal_id, w.file, w.actor,
  (SELECT count(*) FROM mapping_event AS e WHERE e.proposal_id = w.proposal_id AND e.action = 'proposed' AND e.after IS NOT NULL) AS added,
  (SELECT count(*) FROM mapping_event AS e WHERE e.proposal_id = w.proposal_id AND e.action = 'proposed' AND e.before IS NOT NULL) AS removed, w.base_sha256
FROM waiting AS w WHERE w.place = 1 ORDER BY w.file
