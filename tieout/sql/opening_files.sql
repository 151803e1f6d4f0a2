-- Landed files of opening positions that begin with an id, or of that name: how many positions, the first whose account is none of the entity's, and whether the entity has a cut-over.
SELECT f.file_id, f.name, count(DISTINCT o.row_no), min(o.row_no) FILTER (WHERE o.account <> '' AND p.account IS NULL), f.context,
  EXISTS (SELECT 1 FROM fact.map_policy AS c WHERE c.entity = f.context AND c.policy = 'cutover_on' AND TRY_CAST(c.value AS DATE) IS NOT NULL)
FROM file AS f
JOIN opening_position AS o ON o.file_id = f.file_id
LEFT JOIN fact.map_processor_account AS p ON p.account = o.account AND p.entity = o.entity
WHERE f.state <> 'duplicate' AND (starts_with(f.file_id, $file_id) OR f.name = $file_id)
GROUP BY f.file_id, f.name, f.context
