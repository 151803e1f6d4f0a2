-- The two members of a match group that stands.
WITH present AS (
  SELECT group_id, state FROM match_group WHERE starts_with(group_id, $id) QUALIFY row_number() OVER (PARTITION BY group_id ORDER BY rowid DESC) = 1
), member AS (
  SELECT DISTINCT m.group_id, m.member_kind, m.member_key FROM match_member AS m JOIN present AS p ON p.group_id = m.group_id AND p.state = 'matched'
)
SELECT l.member_kind, l.member_key, r.member_kind, r.member_key FROM member AS l
JOIN member AS r ON r.group_id = l.group_id AND ((l.member_kind = 'payout' AND r.member_kind = 'bank_line') OR (l.member_kind = 'order_transaction' AND r.member_kind = 'settlement_line'))
