-- Match groups that are new tonight, and those that are undone: a member of them is in another group now.
SELECT m.group_id, m.rule, m.pass, 'matched' AS state, m.entity, m.account, m.amount, m.difference, m.currency, r.known_at, getvariable('run_id') AS run_id
FROM fact.matched AS m CROSS JOIN fact.run_context AS r ANTI JOIN fact.match_standing AS s ON s.group_id = m.group_id
UNION ALL
SELECT s.group_id, s.rule, s.pass, 'undone', s.entity, s.account, s.amount, s.difference, s.currency, r.known_at, getvariable('run_id')
FROM fact.match_standing AS s CROSS JOIN fact.run_context AS r ANTI JOIN fact.matched AS m ON m.group_id = s.group_id
ORDER BY group_id
