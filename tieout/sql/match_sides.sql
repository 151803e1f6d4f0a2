-- The two sides of a pair that a person names: what they are, their currency, and the group that keeps one of them from it. One payout may be joined to several bank lines, or several
-- payouts to one, pair by pair: what a person has joined keeps a side only where the pair stands already, where the other side is joined too, or where its partner has several partners.
WITH present AS (
  SELECT group_id, pass FROM match_group QUALIFY row_number() OVER (PARTITION BY group_id ORDER BY rowid DESC) = 1 AND state = 'matched'
), member AS (
  SELECT DISTINCT m.group_id, m.member_kind, m.member_key, p.pass FROM match_member AS m JOIN present AS p ON p.group_id = m.group_id
), own AS (
  SELECT group_id, member_kind, member_key, pass = 'confirmed by a person' AND member_kind IN ('payout', 'bank_line') AS joined FROM member WHERE member_key IN ($left, $right)
), partner AS (
  SELECT o.group_id, count(DISTINCT x.group_id) AS partners
  FROM own AS o JOIN member AS p ON p.group_id = o.group_id AND p.member_kind <> o.member_kind JOIN member AS x ON x.member_kind = p.member_kind AND x.member_key = p.member_key
  GROUP BY o.group_id
), taken AS (
  SELECT o.member_kind, o.member_key, min(o.group_id) AS group_id
  FROM own AS o JOIN partner AS p ON p.group_id = o.group_id
  WHERE NOT o.joined OR p.partners > 1 OR (SELECT count(DISTINCT member_kind) FROM own) > 1
  GROUP BY o.member_kind, o.member_key
), side AS (
  SELECT 'order_transaction' AS kind, subject_key AS key, currency FROM fact.tender WHERE by_processor AND subject_key = $left
  UNION SELECT 'payout', concat(account, '/', payout_id), currency FROM fact.payout_fact WHERE concat(account, '/', payout_id) = $left
  UNION SELECT 'payout', concat(account, '/', reference), currency FROM fact.opening_fact WHERE kind = 'unpaid_payout' AND concat(account, '/', reference) = $left
  UNION SELECT 'settlement_line', concat(account, '/', line_id), currency FROM fact.line_fact WHERE concat(account, '/', line_id) = $right
  UNION SELECT 'bank_line', concat(bank_account, '/', bank_reference), currency FROM bank_line_current WHERE concat(bank_account, '/', bank_reference) = $right
)
SELECT s.kind, s.key, s.currency, t.group_id FROM side AS s LEFT JOIN taken AS t ON t.member_kind = s.kind AND t.member_key = s.key
