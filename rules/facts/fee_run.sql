/*
title = "Lines whose fee is not that of the schedule, and the run that each is part of"
kind = "fact"
why = "Three lines or more behind each other, all above or all below the schedule by one straight line of amount and fee, are one changed rate: one run. Lines too small to show the change do not interrupt it. Any other is a run of its own; a line that was changed after it was paid is another finding."
reads = ["line_fact", "expected_fee", "allowance", "rule_parameter", "currency_unit", "line_changed"]
*/
WITH compared AS (
  SELECT l.account, l.line_id, l.entity, l.currency, d.schedule, l.gross, - l.fee AS fee, d.fee AS expected, - l.fee - d.fee AS difference, l.occurred_at, l.booked_on, l.file_id, l.row_no, coalesce(c.unit, CAST(0.01 AS DECIMAL(9,4))) AS unit,
    CASE WHEN abs(l.fee + d.fee) <= greatest(coalesce(u.amount, 0), CAST(d.fee AS DECIMAL(20,4)) * CAST(v.value AS DECIMAL(18,4))) THEN 0 WHEN - l.fee > d.fee THEN 1 ELSE -1 END AS side
  FROM line_fact AS l
  JOIN expected_fee AS d ON d.account = l.account AND d.line_id = l.line_id AND d.method = 'card'
  LEFT JOIN allowance AS u ON u.rule = 'E-01' AND u.name = 'absolute' AND u.entity = l.entity AND u.currency = l.currency
  JOIN rule_parameter AS v ON v.rule = 'E-01' AND v.name = 'share' AND v.entity = l.entity
  LEFT JOIN currency_unit AS c ON c.currency = l.currency
  WHERE NOT EXISTS (SELECT 1 FROM line_changed AS x WHERE x.account = l.account AND x.line_id = l.line_id AND x.is_amount)
), least AS (
  SELECT account, schedule, currency, min(gross) AS gross FROM compared WHERE side <> 0 GROUP BY account, schedule, currency
), told AS (
  SELECT c.account, c.line_id, c.entity, c.currency, c.schedule, c.gross, c.fee, c.expected, c.difference, c.occurred_at, c.booked_on, c.file_id, c.row_no, c.unit, c.side,
    row_number() OVER (PARTITION BY c.account, c.schedule, c.currency ORDER BY c.occurred_at, c.line_id) - row_number() OVER (PARTITION BY c.account, c.schedule, c.currency, c.side ORDER BY c.occurred_at, c.line_id) AS island
  FROM compared AS c JOIN least AS s ON s.account = c.account AND s.schedule IS NOT DISTINCT FROM c.schedule AND s.currency = c.currency
  WHERE c.side <> 0 OR c.gross >= s.gross
), placed AS (
  SELECT t.account, t.line_id, t.entity, t.currency, t.schedule, t.gross, t.fee, t.expected, t.difference, t.booked_on, t.file_id, t.row_no, t.unit, t.side, t.island,
    row_number() OVER (PARTITION BY t.account, t.schedule, t.currency, t.side, t.island ORDER BY t.occurred_at, t.line_id) AS place,
    row_number() OVER (PARTITION BY t.account, t.schedule, t.currency, t.side, t.island ORDER BY t.gross, t.line_id) AS low,
    row_number() OVER (PARTITION BY t.account, t.schedule, t.currency, t.side, t.island ORDER BY t.gross DESC, t.line_id) AS high
  FROM told AS t WHERE t.side <> 0
), ends AS (
  SELECT account, schedule, currency, side, island, count(*) AS lines, sum(difference) AS difference, sum(expected) AS expected, sum(fee) AS fee, max(CASE WHEN place = 1 THEN line_id END) AS first_id,
    max(CASE WHEN low = 1 THEN gross END) AS low_gross, max(CASE WHEN low = 1 THEN fee END) AS low_fee, max(CASE WHEN high = 1 THEN gross END) AS high_gross, max(CASE WHEN high = 1 THEN fee END) AS high_fee
  FROM placed GROUP BY account, schedule, currency, side, island HAVING count(*) > 2
), straight AS (
  SELECT e.account, e.schedule, e.currency, e.side, e.island
  FROM ends AS e JOIN placed AS p ON p.account = e.account AND p.schedule IS NOT DISTINCT FROM e.schedule AND p.currency = e.currency AND p.side = e.side AND p.island = e.island
  GROUP BY e.account, e.schedule, e.currency, e.side, e.island, e.low_gross, e.low_fee, e.high_gross, e.high_fee
  HAVING CASE WHEN e.high_gross = e.low_gross THEN bool_and(abs(p.fee - e.low_fee) <= p.unit)
    ELSE bool_and(abs(CAST(p.fee - e.low_fee AS DECIMAL(19,4)) * CAST(e.high_gross - e.low_gross AS DECIMAL(19,4)) - CAST(e.high_fee - e.low_fee AS DECIMAL(19,4)) * CAST(p.gross - e.low_gross AS DECIMAL(19,4))) <= 2 * CAST(p.unit AS DECIMAL(9,4)) * CAST(e.high_gross - e.low_gross AS DECIMAL(19,4))) END
)
SELECT p.account, p.line_id, CASE WHEN s.account IS NULL THEN p.line_id ELSE e.first_id END AS first_id, p.entity, p.currency, p.gross, p.fee AS first_fee, p.expected AS first_expected, p.difference AS own_difference, p.booked_on, p.side, CASE WHEN s.account IS NULL THEN 1 ELSE e.lines END AS lines,
  CASE WHEN s.account IS NULL THEN p.expected ELSE e.expected END AS expected, CASE WHEN s.account IS NULL THEN p.fee ELSE e.fee END AS fee, CASE WHEN s.account IS NULL THEN p.difference ELSE e.difference END AS difference, p.file_id, p.row_no
FROM placed AS p
LEFT JOIN ends AS e ON e.account = p.account AND e.schedule IS NOT DISTINCT FROM p.schedule AND e.currency = p.currency AND e.side = p.side AND e.island = p.island
LEFT JOIN straight AS s ON s.account = p.account AND s.schedule IS NOT DISTINCT FROM p.schedule AND s.currency = p.currency AND s.side = p.side AND s.island = p.island
