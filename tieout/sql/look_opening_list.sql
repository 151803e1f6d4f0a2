-- Opening positions: whether they are in force, who approved them, and the line that they turned out to be.
WITH said AS (
  SELECT subject_key AS file_id, string_agg(actor, ', ' ORDER BY "at", actor) AS approved_by, bool_or(action = 'approved') AS whole FROM decision WHERE kind = 'opening' GROUP BY subject_key
)
SELECT left(o.file_id, 12) AS file_id, CASE WHEN n.row_no IS NOT NULL THEN 'in force' WHEN s.whole THEN 'superseded' ELSE 'waiting' END AS state, s.approved_by,
  o.entity, o.kind, o.account, o.reference, o.due_on, o.amount, o.currency, u.subject_key AS met_by
FROM opening_position AS o
LEFT JOIN said AS s ON s.file_id = o.file_id
LEFT JOIN opening_fact AS n ON n.file_id = o.file_id AND n.row_no = o.row_no
LEFT JOIN opening_use AS u ON u.file_id = o.file_id AND u.row_no = o.row_no
ORDER BY o.entity, o.kind, o.account, o.reference, o.version
