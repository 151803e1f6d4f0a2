/*
title = "Lines whose fee is not that of the schedule, and the run that each is part of"
kind = "fact"
why = "Three lines or more behind each other, all above or all below the schedule by one straight line of amount and fee, are one changed rate: one run. Lines too small to show the change do not interrupt it. Where such a run is not straight, three or more of its lines that are off by one share of the amount, or by one amount, are a change each. Every line has the sums of its run; any other is a run of its own; a line that was changed after it was paid is another finding."
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
  SELECT account, schedule, currency, side, island, count(*) AS lines, sum(difference) AS difference, sum(expected) AS expected, sum(fee) AS fee,
    max(CASE WHEN low = 1 THEN gross END) AS low_gross, max(CASE WHEN low = 1 THEN fee END) AS low_fee, max(CASE WHEN high = 1 THEN gross END) AS high_gross, max(CASE WHEN high = 1 THEN fee END) AS high_fee
  FROM placed GROUP BY account, schedule, currency, side, island HAVING count(*) > 2
), straight AS (
  SELECT e.account, e.schedule, e.currency, e.side, e.island
  FROM ends AS e JOIN placed AS p ON p.account = e.account AND p.schedule IS NOT DISTINCT FROM e.schedule AND p.currency = e.currency AND p.side = e.side AND p.island = e.island
  GROUP BY e.account, e.schedule, e.currency, e.side, e.island, e.low_gross, e.low_fee, e.high_gross, e.high_fee
  HAVING CASE WHEN e.high_gross = e.low_gross THEN bool_and(abs(p.fee - e.low_fee) <= p.unit)
    ELSE bool_and(abs(CAST(p.fee - e.low_fee AS DECIMAL(19,4)) * CAST(e.high_gross - e.low_gross AS DECIMAL(19,4)) - CAST(e.high_fee - e.low_fee AS DECIMAL(19,4)) * CAST(p.gross - e.low_gross AS DECIMAL(19,4))) <= 2 * CAST(p.unit AS DECIMAL(9,4)) * CAST(e.high_gross - e.low_gross AS DECIMAL(19,4))) END
), crooked AS (
  SELECT p.account, p.line_id, p.schedule, p.currency, p.side, p.island, p.place, p.fee, p.expected, p.difference,
    CAST(abs(p.difference) * 10000 AS BIGINT) AS size, CAST(p.gross * 10000 AS BIGINT) AS whole, CAST(p.unit * 10000 AS BIGINT) AS step
  FROM placed AS p
  JOIN ends AS e ON e.account = p.account AND e.schedule IS NOT DISTINCT FROM p.schedule AND e.currency = p.currency AND e.side = p.side AND e.island = p.island
  LEFT JOIN straight AS s ON s.account = p.account AND s.schedule IS NOT DISTINCT FROM p.schedule AND s.currency = p.currency AND s.side = p.side AND s.island = p.island
  WHERE s.account IS NULL AND p.gross > 0
), bound AS (
  SELECT account, line_id, CAST(CAST(greatest(size - step, 0) * 10000 + whole - 1 AS HUGEINT) // CAST(whole AS HUGEINT) AS BIGINT) AS least,
    CAST(CAST((size + step) * 10000 AS HUGEINT) // CAST(whole AS HUGEINT) AS BIGINT) AS most
  FROM crooked
), candidate AS (
  -- hundredths of a per cent more or less, where the line is large enough to tell them; or the same amount on every line
  SELECT c.account, c.line_id, 'per cent' AS form, c.value FROM (SELECT account, line_id, unnest(range(greatest(least, 1), most + 1)) AS value FROM bound WHERE most - least <= 500) AS c
  UNION ALL
  SELECT f.account, f.line_id, 'fixed', CAST(f.size + f.step * n.n AS BIGINT) FROM crooked AS f CROSS JOIN (VALUES (-1), (0), (1)) AS n(n)
), vote AS (
  SELECT c.account, p.schedule, p.currency, p.side, p.island, c.form, c.value, count(*) AS lines
  FROM candidate AS c JOIN crooked AS p ON p.account = c.account AND p.line_id = c.line_id GROUP BY c.account, p.schedule, p.currency, p.side, p.island, c.form, c.value
), chosen AS (
  SELECT c.account, c.line_id, c.form, c.value, row_number() OVER (PARTITION BY c.account, c.line_id ORDER BY v.lines DESC, c.form DESC, c.value) AS choice
  FROM candidate AS c JOIN crooked AS p ON p.account = c.account AND p.line_id = c.line_id
  JOIN vote AS v ON v.account = c.account AND v.schedule IS NOT DISTINCT FROM p.schedule AND v.currency = p.currency AND v.side = p.side AND v.island = p.island AND v.form = c.form AND v.value = c.value
), regime AS (
  SELECT p.account, p.schedule, p.currency, p.side, p.island, c.form, c.value, count(*) AS lines, min(p.place) AS place, sum(p.difference) AS difference, sum(p.expected) AS expected, sum(p.fee) AS fee
  FROM chosen AS c JOIN crooked AS p ON p.account = c.account AND p.line_id = c.line_id WHERE c.choice = 1
  GROUP BY p.account, p.schedule, p.currency, p.side, p.island, c.form, c.value HAVING count(*) > 2
), cause AS (
  SELECT e.account, e.schedule, e.currency, e.side, e.island, CAST(1 AS BIGINT) AS place, e.lines, e.difference, e.expected, e.fee
  FROM ends AS e JOIN straight AS s ON s.account = e.account AND s.schedule IS NOT DISTINCT FROM e.schedule AND s.currency = e.currency AND s.side = e.side AND s.island = e.island
  UNION ALL
  SELECT account, schedule, currency, side, island, place, lines, difference, expected, fee FROM regime
), grouped AS (
  SELECT p.account, p.line_id, CAST(1 AS BIGINT) AS place FROM placed AS p
  JOIN straight AS s ON s.account = p.account AND s.schedule IS NOT DISTINCT FROM p.schedule AND s.currency = p.currency AND s.side = p.side AND s.island = p.island
  UNION ALL
  SELECT c.account, c.line_id, g.place FROM chosen AS c JOIN crooked AS p ON p.account = c.account AND p.line_id = c.line_id
  JOIN regime AS g ON g.account = p.account AND g.schedule IS NOT DISTINCT FROM p.schedule AND g.currency = p.currency AND g.side = p.side AND g.island = p.island AND g.form = c.form AND g.value = c.value
  WHERE c.choice = 1
)
SELECT p.account, p.line_id, coalesce(f.line_id, p.line_id) AS first_id, p.entity, p.currency, p.gross, p.fee AS first_fee, p.expected AS first_expected, p.difference AS own_difference, p.booked_on, p.side, coalesce(c.lines, 1) AS lines,
  coalesce(c.expected, p.expected) AS expected, coalesce(c.fee, p.fee) AS fee, coalesce(c.difference, p.difference) AS difference, p.file_id, p.row_no
FROM placed AS p
LEFT JOIN grouped AS g ON g.account = p.account AND g.line_id = p.line_id
LEFT JOIN cause AS c ON c.account = p.account AND c.schedule IS NOT DISTINCT FROM p.schedule AND c.currency = p.currency AND c.side = p.side AND c.island = p.island AND c.place = g.place
LEFT JOIN placed AS f ON f.account = c.account AND f.schedule IS NOT DISTINCT FROM c.schedule AND f.currency = c.currency AND f.side = c.side AND f.island = c.island AND f.place = c.place
