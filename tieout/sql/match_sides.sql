-- The two sides of a pair that a person names: what they are, their currency, and the group that one of them is in already.
WITH present AS (
  SELECT group_id FROM match_group QUALIFY row_number() OVER (PARTITION BY group_id ORDER BY rowid DESC) = 1 AND state = 'matched'
), taken AS (
  SELECT m.member_kind, m.member_key, min(m.group_id) AS group_id FROM match_member AS m JOIN present AS p ON p.group_id = m.group_id WHERE m.member_key IN ($left, $right) GROUP BY m.member_kind, m.member_key
), side AS (
  SELECT 'order_transaction' AS kind, subject_key AS key, currency FROM fact.tender WHERE by_processor AND subject_key = $left
  UNION SELECT 'payout', concat(account, '/', payout_id), currency FROM fact.payout_fact WHERE concat(account, '/', payout_id) = $left
  UNION SELECT 'payout', concat(account, '/', reference), currency FROM fact.opening_fact WHERE kind = 'unpaid_payout' AND concat(account, '/', reference) = $left
  UNION SELECT 'settlement_line', concat(account, '/', line_id), currency FROM fact.line_fact WHERE concat(account, '/', line_id) = $right
  UNION SELECT 'bank_line', concat(bank_account, '/', bank_reference), currency FROM bank_line_current WHERE concat(bank_account, '/', bank_reference) = $right
)
SELECT s.kind, s.key, s.currency, t.group_id FROM side AS s LEFT JOIN taken AS t ON t.member_kind = s.kind AND t.member_key = s.key
