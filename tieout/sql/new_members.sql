-- Members of the match groups that are new tonight.
SELECT m.group_id, m.left_kind AS member_kind, m.left_key AS member_key, m.left_amount AS amount, r.known_at
FROM fact.matched AS m CROSS JOIN fact.run_context AS r ANTI JOIN fact.match_standing AS s ON s.group_id = m.group_id
UNION ALL
SELECT m.group_id, m.right_kind, m.right_key, m.right_amount, r.known_at
FROM fact.matched AS m CROSS JOIN fact.run_context AS r ANTI JOIN fact.match_standing AS s ON s.group_id = m.group_id
ORDER BY group_id, member_kind
