/*
title = "Open payouts that sum to a bank line, open lines that sum to a payout"
kind = "fact"
why = "Over what no pair and no group has: two to four payouts of one account whose windows have the day of the line, or lines within the window of the payout, that sum to it to the cent; and one to four that are exactly what the line brought beside the payout that it names, or what is missing of it. It is tried where at most ten are open, and stands where no other such sum, group or set has one of its members: of more candidates some subset always sums."
reads = ["payout_due", "bank_pair", "bank_open", "bank_group", "bank_said"]
*/
WITH grouped AS (
  SELECT account, payout_id, bank_account, bank_key FROM bank_group WHERE ways = 1
), payout_left AS (
  SELECT account, payout_id, bank_account, currency, processor, amount, from_on, until_on, set_key FROM bank_open AS o
  WHERE side = 'payout' AND payouts <= 12 AND lines <= 12 AND NOT (payouts = 1 AND lines = 1) AND NOT EXISTS (SELECT 1 FROM grouped AS g WHERE g.account = o.account AND g.payout_id = o.payout_id)
), line_left AS (
  SELECT bank_account, bank_key, currency, processor, amount, day, set_key FROM bank_open AS o
  WHERE side = 'line' AND payouts <= 12 AND lines <= 12 AND NOT (payouts = 1 AND lines = 1) AND NOT EXISTS (SELECT 1 FROM grouped AS g WHERE g.bank_account = o.bank_account AND g.bank_key = o.bank_key)
), known AS (
  SELECT p.account, p.payout_id, p.bank_account, p.bank_key, d.processor, p.currency, p.amount, p.line_amount, p.booked_on, d.from_on, d.until_on
  FROM bank_pair AS p JOIN payout_due AS d ON d.account = p.account AND d.payout_id = p.payout_id
  WHERE p.stands AND p.pass <> 'confirmed by a person' AND p.amount <> p.line_amount AND p.open_on IS NULL
    AND NOT EXISTS (SELECT 1 FROM grouped AS g WHERE g.account = p.account AND g.payout_id = p.payout_id)
), span AS (
  SELECT account, bank_account, currency, processor, from_on, until_on, count(*) AS items FROM payout_left GROUP BY account, bank_account, currency, processor, from_on, until_on
), day AS (
  SELECT bank_account, currency, processor, day, count(*) AS items FROM line_left GROUP BY bank_account, currency, processor, day
), few_payouts AS (
  SELECT s.account, d.bank_account, d.currency, d.processor, d.day
  FROM (SELECT bank_account, currency, processor, day FROM day UNION SELECT bank_account, currency, processor, booked_on FROM known) AS d
  JOIN span AS s ON s.bank_account = d.bank_account AND s.currency = d.currency AND s.processor = d.processor AND d.day BETWEEN s.from_on AND s.until_on
  GROUP BY s.account, d.bank_account, d.currency, d.processor, d.day HAVING sum(s.items) <= 10
), few_lines AS (
  SELECT s.bank_account, s.currency, s.processor, s.from_on, s.until_on
  FROM (SELECT bank_account, currency, processor, from_on, until_on FROM span UNION SELECT bank_account, currency, processor, from_on, until_on FROM known) AS s
  JOIN day AS d ON d.bank_account = s.bank_account AND d.currency = s.currency AND d.processor = s.processor AND d.day BETWEEN s.from_on AND s.until_on
  GROUP BY s.bank_account, s.currency, s.processor, s.from_on, s.until_on HAVING sum(d.items) <= 10
), target AS (
  SELECT concat_ws('|', 'payouts sum', l.bank_account, l.bank_key, f.account) AS target_key, 'payouts' AS parts, f.account, CAST(NULL AS VARCHAR) AS payout_id, l.bank_account, l.bank_key, l.currency, l.processor, l.amount, 2 AS least,
    l.day AS from_on, l.day AS until_on, l.set_key
  FROM line_left AS l JOIN few_payouts AS f ON f.bank_account = l.bank_account AND f.currency = l.currency AND f.processor = l.processor AND f.day = l.day
  UNION ALL
  SELECT concat_ws('|', 'payouts beside', k.bank_account, k.bank_key), 'payouts', k.account, k.payout_id, k.bank_account, k.bank_key, k.currency, k.processor, k.line_amount - k.amount, 1, k.booked_on, k.booked_on, NULL
  FROM known AS k JOIN few_payouts AS f ON f.account = k.account AND f.bank_account = k.bank_account AND f.currency = k.currency AND f.processor = k.processor AND f.day = k.booked_on
  WHERE k.line_amount > k.amount
  UNION ALL
  SELECT concat_ws('|', 'lines sum', p.account, p.payout_id), 'lines', p.account, p.payout_id, p.bank_account, NULL, p.currency, p.processor, p.amount, 2, p.from_on, p.until_on, p.set_key
  FROM payout_left AS p JOIN few_lines AS f ON f.bank_account = p.bank_account AND f.currency = p.currency AND f.processor = p.processor AND f.from_on = p.from_on AND f.until_on = p.until_on
  UNION ALL
  SELECT concat_ws('|', 'lines beside', k.account, k.payout_id), 'lines', k.account, k.payout_id, k.bank_account, k.bank_key, k.currency, k.processor, k.amount - k.line_amount, 1, k.from_on, k.until_on, NULL
  FROM known AS k JOIN few_lines AS f ON f.bank_account = k.bank_account AND f.currency = k.currency AND f.processor = k.processor AND f.from_on = k.from_on AND f.until_on = k.until_on
  WHERE k.line_amount < k.amount
), candidate AS (
  SELECT t.target_key, t.least, t.amount AS wanted, p.account, p.payout_id, t.bank_account, t.bank_key, p.amount, p.set_key, t.set_key AS line_set
  FROM target AS t
  JOIN payout_left AS p ON t.parts = 'payouts' AND p.account = t.account AND p.bank_account = t.bank_account AND p.currency = t.currency AND p.processor = t.processor AND t.from_on BETWEEN p.from_on AND p.until_on
  UNION ALL
  SELECT t.target_key, t.least, t.amount, t.account, t.payout_id, l.bank_account, l.bank_key, l.amount, t.set_key, l.set_key
  FROM target AS t
  JOIN line_left AS l ON t.parts = 'lines' AND l.bank_account = t.bank_account AND l.currency = t.currency AND l.processor = t.processor AND l.day BETWEEN t.from_on AND t.until_on
), part AS (
  SELECT target_key, least, wanted, account, payout_id, bank_account, bank_key, amount, set_key, line_set, row_number() OVER (PARTITION BY target_key ORDER BY account, payout_id, bank_account, bank_key) AS place FROM candidate
), one AS (
  SELECT target_key, least, wanted, place AS a, amount FROM part
), two AS (
  SELECT s.target_key, s.least, s.wanted, s.a, p.place AS b, s.amount + p.amount AS amount FROM one AS s JOIN part AS p ON p.target_key = s.target_key AND p.place > s.a
), three AS (
  SELECT s.target_key, s.least, s.wanted, s.a, s.b, p.place AS c, s.amount + p.amount AS amount FROM two AS s JOIN part AS p ON p.target_key = s.target_key AND p.place > s.b
), four AS (
  SELECT s.target_key, s.least, s.wanted, s.a, s.b, s.c, p.place AS d, s.amount + p.amount AS amount FROM three AS s JOIN part AS p ON p.target_key = s.target_key AND p.place > s.c
), solution AS (
  SELECT target_key, a, 0 AS b, 0 AS c, 0 AS d FROM one WHERE amount = wanted AND least = 1
  UNION ALL SELECT target_key, a, b, 0, 0 FROM two WHERE amount = wanted
  UNION ALL SELECT target_key, a, b, c, 0 FROM three WHERE amount = wanted
  UNION ALL SELECT target_key, a, b, c, d FROM four WHERE amount = wanted
), member AS (
  SELECT concat_ws('|', s.target_key, s.a, s.b, s.c, s.d) AS group_key, p.least = 1 AS is_rest, p.account, p.payout_id, p.bank_account, p.bank_key, p.amount AS share, p.set_key, p.line_set
  FROM solution AS s JOIN part AS p ON p.target_key = s.target_key AND p.place IN (s.a, s.b, s.c, s.d)
), undone AS (
  SELECT DISTINCT m.group_key FROM member AS m JOIN bank_said AS s ON s.action = 'undone' AND s.account = m.account AND s.payout_id = m.payout_id AND s.bank_account = m.bank_account AND s.bank_key = m.bank_key
), allowed AS (
  SELECT group_key, is_rest, account, payout_id, bank_account, bank_key, share, set_key, line_set FROM member AS m WHERE NOT EXISTS (SELECT 1 FROM undone AS u WHERE u.group_key = m.group_key)
), way AS (
  SELECT group_key, account, payout_id, bank_account, bank_key FROM allowed
  UNION ALL
  SELECT group_key, account, payout_id, bank_account, bank_key FROM bank_group WHERE ways > 1
  UNION ALL
  SELECT set_key, account, payout_id, NULL, NULL FROM allowed WHERE set_key IS NOT NULL
  UNION ALL
  SELECT line_set, NULL, NULL, bank_account, bank_key FROM allowed WHERE line_set IS NOT NULL
), payout_ways AS (
  SELECT account, payout_id, count(DISTINCT group_key) AS ways FROM way WHERE payout_id IS NOT NULL GROUP BY account, payout_id
), line_ways AS (
  SELECT bank_account, bank_key, count(DISTINCT group_key) AS ways FROM way WHERE bank_key IS NOT NULL GROUP BY bank_account, bank_key
), counted AS (
  SELECT a.group_key, a.is_rest, a.account, a.payout_id, a.bank_account, a.bank_key, a.share, CAST(max(greatest(p.ways, l.ways)) OVER (PARTITION BY a.group_key) AS BIGINT) AS ways
  FROM allowed AS a
  JOIN payout_ways AS p ON p.account = a.account AND p.payout_id = a.payout_id
  JOIN line_ways AS l ON l.bank_account = a.bank_account AND l.bank_key = a.bank_key
)
SELECT group_key, CASE WHEN is_rest THEN 'what the named pair leaves' WHEN starts_with(group_key, 'payouts') THEN 'these payouts alone sum to the bank line' ELSE 'these bank lines alone sum to the payout' END AS pass,
  is_rest, account, payout_id, bank_account, bank_key, share, ways
FROM counted
