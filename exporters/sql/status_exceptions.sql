-- The first exceptions that wait for a person, in the order of their causes, each with the one that it lies below, the payouts that it speaks of or that its order was paid out in, and where its rows stand: file and record.
WITH chosen AS (
  SELECT e.*, c.cause_id, c.payout, row_number() OVER (ORDER BY c.place NULLS LAST, e.exception_id) AS place
  FROM exception AS e LEFT JOIN exception_cause AS c ON c.exception_id = e.exception_id WHERE e.state IN ('open', 'review')
), shown AS (
  SELECT c.*, split_part(c.subject_key, '/', 1) AS first_part, substr(c.subject_key, length(split_part(c.subject_key, '/', 1)) + 2) AS later_parts FROM chosen AS c WHERE c.place <= $most
), item AS (
  SELECT exception_id, unnest(string_split(regexp_replace(evidence, '["\[\] ]', '', 'g'), ',')) AS item FROM shown WHERE coalesce(evidence, '') NOT IN ('', '[]')
), numbered AS (
  SELECT exception_id, item, row_number() OVER (PARTITION BY exception_id ORDER BY item) AS place FROM item
), told AS (
  SELECT exception_id, list(item ORDER BY place) AS evidence FROM numbered WHERE place <= 6 GROUP BY exception_id
), spoken AS (
  SELECT exception_id, payout FROM shown WHERE payout IS NOT NULL
  UNION
  SELECT exception_id, subject_key FROM shown WHERE subject_kind = 'payout'
  UNION
  SELECT s.exception_id, concat(p.account, '/', p.payout_id) FROM shown AS s JOIN payout_proof AS p ON p.bank_line_key = s.subject_key WHERE s.subject_kind = 'bank_line'
  UNION
  SELECT s.exception_id, concat(l.account, '/', l.payout_id) FROM shown AS s JOIN line_fact AS l ON l.account = s.first_part AND l.line_id = s.later_parts WHERE s.subject_kind = 'settlement_line' AND l.payout_id IS NOT NULL
  UNION
  SELECT s.exception_id, concat(l.account, '/', l.payout_id) FROM shown AS s JOIN line_fact AS l ON l.store = s.first_part AND l.order_name = split_part(s.later_parts, '/', 1)
  WHERE s.subject_kind IN ('order', 'order_transaction', 'refund') AND l.payout_id IS NOT NULL
), counted AS (
  SELECT k.exception_id, k.payout, row_number() OVER (PARTITION BY k.exception_id ORDER BY k.payout) AS place FROM spoken AS k
), paid AS (
  SELECT exception_id, list(payout ORDER BY place) AS payouts FROM counted WHERE place <= 4 GROUP BY exception_id
)
SELECT s.exception_id, s.code, s.severity, s.state, s.owner, s.entity, s.subject_kind, s.subject_key, s.difference, s.currency, s.first_seen_on, s.age_days, s.cause, s.suggestion, coalesce(t.evidence, []) AS evidence, coalesce(p.payouts, []) AS payouts,
  CASE WHEN s.cause_id <> s.exception_id THEN s.cause_id END AS below
FROM shown AS s LEFT JOIN told AS t ON t.exception_id = s.exception_id LEFT JOIN paid AS p ON p.exception_id = s.exception_id
ORDER BY s.place
