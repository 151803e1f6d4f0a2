-- The gravest exceptions that wait for a person, each with the payout that it speaks of and where its rows stand: file and record.
WITH chosen AS (
  SELECT e.*, row_number() OVER (ORDER BY CASE e.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, abs(e.difference) DESC NULLS LAST, e.exception_id) AS place
  FROM exception AS e WHERE e.state IN ('open', 'review')
), shown AS (
  SELECT * FROM chosen WHERE place <= $most
), item AS (
  SELECT exception_id, unnest(string_split(regexp_replace(evidence, '["\[\] ]', '', 'g'), ',')) AS item FROM shown WHERE coalesce(evidence, '') NOT IN ('', '[]')
), numbered AS (
  SELECT i.exception_id, split_part(i.item, ':', 1) AS file_id, split_part(i.item, ':', 2) AS row_no, row_number() OVER (PARTITION BY i.exception_id ORDER BY i.item) AS place FROM item AS i
), told AS (
  SELECT exception_id, list(concat(file_id, ':', row_no) ORDER BY place) AS evidence FROM numbered WHERE place <= 6 GROUP BY exception_id
), line AS (
  SELECT l.account, l.payout_id, l.line_id FROM settlement_line_current AS l
  WHERE EXISTS (SELECT 1 FROM shown AS s WHERE s.subject_kind = 'settlement_line' AND s.subject_key = concat(l.account, '/', l.line_id))
)
SELECT s.exception_id, s.code, s.severity, s.state, s.owner, s.entity, s.subject_kind, s.subject_key, s.difference, s.currency, s.first_seen_on, s.age_days, s.cause, s.suggestion, coalesce(t.evidence, []) AS evidence,
  coalesce(CASE WHEN s.subject_kind = 'payout' THEN s.subject_key END, (SELECT min(concat(l.account, '/', l.payout_id)) FROM line AS l WHERE s.subject_kind = 'settlement_line' AND s.subject_key = concat(l.account, '/', l.line_id)), (SELECT min(concat(p.account, '/', p.payout_id)) FROM payout_proof AS p WHERE s.subject_kind = 'bank_line' AND p.bank_line_key = s.subject_key)) AS payout
FROM shown AS s LEFT JOIN told AS t ON t.exception_id = s.exception_id
ORDER BY s.place
