-- Match groups and members that are new tonight. A group's id is the hash of its rule and members; a group whose member is in another group now is undone.
CREATE OR REPLACE TABLE fact.matched AS
SELECT left(sha256(concat_ws('|', 'S-01', left_key, right_key)), 24) AS group_id, 'S-01' AS rule, pass, entity, account, amount, difference, currency, left_kind, left_key, left_amount, right_kind, right_key, right_amount FROM fact.match_settlement_line
UNION ALL
SELECT left(sha256(concat_ws('|', 'Y-04', left_key, right_key)), 24), 'Y-04', pass, entity, account, amount, difference, currency, left_kind, left_key, left_amount, right_kind, right_key, right_amount FROM fact.match_bank_line;
CREATE OR REPLACE TABLE fact.standing_group AS
SELECT group_id, rule, pass, entity, account, amount, difference, currency FROM match_group QUALIFY row_number() OVER (PARTITION BY group_id ORDER BY rowid DESC) = 1 AND state = 'matched';
CREATE OR REPLACE TABLE fact.new_match_group AS
SELECT m.group_id, m.rule, m.pass, 'matched' AS state, m.entity, m.account, m.amount, m.difference, m.currency, r.known_at, getvariable('run_id') AS run_id
FROM fact.matched AS m CROSS JOIN fact.run_context AS r ANTI JOIN fact.standing_group AS s ON s.group_id = m.group_id
UNION ALL
SELECT s.group_id, s.rule, s.pass, 'undone', s.entity, s.account, s.amount, s.difference, s.currency, r.known_at, getvariable('run_id')
FROM fact.standing_group AS s CROSS JOIN fact.run_context AS r ANTI JOIN fact.matched AS m ON m.group_id = s.group_id
ORDER BY group_id;
CREATE OR REPLACE TABLE fact.new_match_member AS
SELECT m.group_id, m.left_kind AS member_kind, m.left_key AS member_key, m.left_amount AS amount, r.known_at
FROM fact.matched AS m CROSS JOIN fact.run_context AS r SEMI JOIN fact.new_match_group AS n ON n.group_id = m.group_id
UNION ALL
SELECT m.group_id, m.right_kind, m.right_key, m.right_amount, r.known_at
FROM fact.matched AS m CROSS JOIN fact.run_context AS r SEMI JOIN fact.new_match_group AS n ON n.group_id = m.group_id
ORDER BY group_id, member_kind;
