-- Match groups.
SELECT group_id, rule, pass, state, entity, account, amount, difference, currency FROM match_group ORDER BY rule, group_id LIMIT 1000
