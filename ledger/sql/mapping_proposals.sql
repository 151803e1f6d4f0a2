-- Every proposal and where it stands. The base of tieout.toml is the seal in force, that of a mapping file its last approved content.
WITH decided AS (
  SELECT proposal_id, action, actor, "at", reason FROM mapping_event WHERE action IN ('approved', 'declined') AND row_key IS NULL
), base AS (
  SELECT file, proposal_id, content_sha256 FROM mapping_event WHERE action = 'approved' AND row_key IS NULL QUALIFY row_number() OVER (PARTITION BY file ORDER BY rowid DESC) = 1
), size AS (
  SELECT proposal_id, count(after) AS added, count(before) AS removed FROM mapping_event WHERE action = 'proposed' GROUP BY proposal_id
), said AS (
  SELECT proposal_id, list(DISTINCT actor ORDER BY actor) AS approvers FROM mapping_event WHERE action IN ('approved', 'endorsed') AND row_key IS NULL GROUP BY proposal_id
), proposed AS (
  SELECT e.proposal_id, e.file, e.actor, e."at" AS proposed_at, e.reason, d.actor AS decided_by, d."at" AS decided_at, d.reason AS decided_because, z.added, z.removed, e.base_sha256, e.content_sha256, e.rowid AS place,
    CASE WHEN d.action = 'declined' THEN 'declined' WHEN b.proposal_id = e.proposal_id THEN 'in_force' WHEN d.action = 'approved' THEN 'superseded'
      WHEN e.base_sha256 <> CASE WHEN e.file = 'tieout.toml' THEN $seal ELSE coalesce(b.content_sha256, '') END THEN 'stale' ELSE 'waiting' END AS state, coalesce(s.approvers, []) AS approvers
  FROM mapping_event AS e
  JOIN size AS z ON z.proposal_id = e.proposal_id
  LEFT JOIN decided AS d ON d.proposal_id = e.proposal_id
  LEFT JOIN base AS b ON b.file = e.file
  LEFT JOIN said AS s ON s.proposal_id = e.proposal_id
  WHERE e.action = 'proposed' AND e.row_key IS NULL
)
SELECT proposal_id, file, actor, added, removed, base_sha256, content_sha256,
  CASE WHEN state = 'waiting' AND place < max(place) FILTER (WHERE state = 'waiting') OVER (PARTITION BY file) THEN 'replaced' ELSE state END AS state, approvers,
  proposed_at, reason, decided_by, decided_at, decided_because
FROM proposed ORDER BY file, place
