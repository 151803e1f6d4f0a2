-- Members of one match group.
SELECT m.group_id, g.rule, g.pass, m.member_kind, m.member_key, m.amount FROM match_member AS m JOIN match_group AS g ON g.group_id = m.group_id WHERE m.group_id LIKE concat($id, '%') ORDER BY m.member_kind
