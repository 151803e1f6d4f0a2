/*
title = "Exceptions to decide, each below the one to begin with"
kind = "life"
why = "What is about one order (its payments, refunds and lines too), and what is about one payout or its entry at the bank, lies together below the gravest of it: it speaks of the same money, which is counted once. Causes are one code of one entity, currency and owner, the most money first. Money is compared in the currency of the company's books, at the last rate of its Odoo; without a rate a currency is compared with itself alone, and the largest of each currency comes first, then the second of each. What blocks and has no amount comes before all: nobody knows what it hides."
reads = ["business_day", "exception", "line_fact", "map_entity", "match_bank_line", "match_settlement_line", "odoo_currency_rate_current", "run_context"]
makes = ["exception_cause"]
*/
DELETE FROM exception_cause;
INSERT INTO exception_cause
WITH booked AS (
  SELECT entity, min(base_currency) AS currency FROM fact.map_entity GROUP BY entity HAVING min(base_currency) = max(base_currency)
), rated AS (
  SELECT o.entity, o.currency, min(o.rate) AS rate, max(o.rate) AS other, row_number() OVER (PARTITION BY o.entity, o.currency ORDER BY o.rated_on DESC) AS place
  FROM odoo_currency_rate_current AS o CROSS JOIN fact.run_context AS r WHERE o.rated_on <= r.as_of AND o.rate > 0 GROUP BY o.entity, o.currency, o.rated_on
), undecided AS (
  SELECT e.exception_id, e.code, e.entity, e.currency, e.owner, e.subject_kind, e.subject_key, abs(e.difference) AS amount,
    CASE e.severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END AS gravity,
    CASE WHEN e.due_on IS NULL THEN e.age_days ELSE greatest(0, coalesce(t.ordinal - d.ordinal, date_diff('day', e.due_on, r.as_of))) END AS late_days,
    CASE WHEN c.rate = c.other THEN b.currency ELSE e.currency END AS weighed_in, CASE WHEN c.rate = c.other THEN c.rate END AS rate
  FROM exception AS e CROSS JOIN fact.run_context AS r
  LEFT JOIN booked AS b ON b.entity = e.entity
  LEFT JOIN rated AS c ON c.entity = e.entity AND c.currency = e.currency AND c.place = 1 AND b.currency <> e.currency
  LEFT JOIN fact.business_day AS d ON d.entity = e.entity AND d.day = e.due_on
  LEFT JOIN fact.business_day AS t ON t.entity = e.entity AND t.day = r.as_of
  WHERE e.state IN ('open', 'review')
), told AS (
  SELECT u.exception_id, u.subject_key AS order_key, NULL AS payout FROM undecided AS u WHERE u.subject_kind = 'order'
  UNION ALL SELECT u.exception_id, regexp_replace(u.subject_key, '/[^/]*$', ''), NULL FROM undecided AS u WHERE u.subject_kind IN ('refund', 'order_transaction')
  UNION ALL SELECT u.exception_id, CASE WHEN l.order_name IS NOT NULL THEN concat(l.store, '/', l.order_name) END, CASE WHEN l.payout_id IS NOT NULL THEN concat(l.account, '/', l.payout_id) END
    FROM undecided AS u JOIN fact.line_fact AS l ON u.subject_kind = 'settlement_line' AND concat(l.account, '/', l.line_id) = u.subject_key
  UNION ALL SELECT u.exception_id, NULL, concat(l.account, '/', l.payout_id)
    FROM undecided AS u JOIN fact.match_settlement_line AS m ON u.subject_kind = 'order_transaction' AND m.left_key = u.subject_key
    JOIN fact.line_fact AS l ON l.account = m.account AND l.line_id = m.line_id WHERE l.payout_id IS NOT NULL
  UNION ALL SELECT u.exception_id, NULL, u.subject_key FROM undecided AS u WHERE u.subject_kind = 'payout'
  UNION ALL SELECT u.exception_id, NULL, m.left_key FROM undecided AS u JOIN fact.match_bank_line AS m ON u.subject_kind = 'bank_line' AND m.right_key = u.subject_key
), keyed AS (
  SELECT exception_id, min(order_key) AS order_key, CASE WHEN min(payout) = max(payout) THEN min(payout) END AS payout FROM told GROUP BY exception_id
), shared AS (
  SELECT u.*, k.payout,
    CASE WHEN k.order_key IS NOT NULL THEN concat('order ', k.order_key) WHEN u.subject_kind IN ('payout', 'bank_line') AND k.payout IS NOT NULL THEN concat('payout ', k.payout)
      ELSE concat(replace(u.subject_kind, '_', ' '), ' ', u.subject_key) END AS subject
  FROM undecided AS u LEFT JOIN keyed AS k ON k.exception_id = u.exception_id
), led AS (
  SELECT s.*, CASE WHEN s.gravity = 0 AND max(s.amount) OVER together IS NULL THEN 1 ELSE 0 END AS hides, max(s.amount) OVER together AS at_risk,
    first_value(s.exception_id) OVER ranked AS cause_id, first_value(s.code) OVER ranked AS cause_code, first_value(s.owner) OVER ranked AS cause_owner, row_number() OVER ranked AS place_within
  FROM shared AS s
  WINDOW together AS (PARTITION BY s.subject, s.entity, s.currency), ranked AS (PARTITION BY s.subject, s.entity, s.currency ORDER BY s.gravity, s.amount DESC NULLS LAST, s.code, s.exception_id)
), valued AS (
  -- the company's money for so much of another currency: whole numbers of ten-thousandths, divided by the rate's whole number of its last place
  SELECT l.*, CASE WHEN l.place_within = 1 THEN CASE WHEN l.rate IS NULL THEN CAST(l.at_risk AS DECIMAL(33,4))
    ELSE CAST(CAST(replace(CAST(l.at_risk AS VARCHAR), '.', '') AS INT128) * CAST(100000000000000 AS INT128) // CAST(replace(CAST(l.rate AS VARCHAR), '.', '') AS INT128) AS DECIMAL(28,0)) * CAST(0.0001 AS DECIMAL(5,4)) END END AS value
  FROM led AS l
), weighed AS (
  SELECT v.*, max(v.hides) OVER kin AS kin_hides, sum(v.value) OVER kin AS weight FROM valued AS v
  WINDOW kin AS (PARTITION BY v.cause_code, v.entity, v.currency, v.cause_owner)
), ranked AS (
  SELECT w.*, CASE WHEN w.weight IS NULL THEN 1 ELSE 0 END AS weightless,
    dense_rank() OVER (PARTITION BY w.kin_hides, w.weighed_in ORDER BY w.weight DESC NULLS LAST, w.cause_code, w.entity, w.currency, w.cause_owner) AS place_in_currency
  FROM weighed AS w
)
SELECT exception_id, cause_id, subject, payout, at_risk, late_days,
  dense_rank() OVER (ORDER BY kin_hides DESC, weightless, place_in_currency, weighed_in, cause_code, entity, currency, cause_owner),
  row_number() OVER (ORDER BY kin_hides DESC, weightless, place_in_currency, weighed_in, cause_code, entity, currency, cause_owner, at_risk DESC NULLS LAST, cause_id, place_within),
  CASE WHEN at_risk IS NOT NULL THEN weighed_in END
FROM ranked ORDER BY exception_id;
