/*
title = "Several payouts on one bank line, one payout on several"
kind = "fact"
why = "What the reference joins, within one company and whatever its accounts, to the cent or less a bank charge of at most a twentieth, and a small debit that names a payout beside its line; then the whole of a run of days within the window, of one account and currency, to the cent. A group stands when none of its members has another way; those that compete are kept and named. Payouts and lines of one amount of which there are more than twelve in one set are left out."
reads = ["bank_pair", "bank_open", "bank_said"]
*/
WITH taken AS (
  SELECT account, payout_id, bank_account, bank_key FROM bank_pair WHERE stands
), named AS (
  SELECT account, payout_id, entity, currency, amount, bank_account, bank_key, line_amount,
    count(*) OVER (PARTITION BY account, payout_id) AS left_ways, count(*) OVER (PARTITION BY bank_account, bank_key) AS right_ways
  FROM bank_pair AS p WHERE NOT p.stands AND p.open_on IS NULL
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.account = p.account AND t.payout_id = p.payout_id)
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.bank_account = p.bank_account AND t.bank_key = p.bank_key)
), charge AS (
  SELECT p.account, p.payout_id, p.bank_account, p.bank_key, p.line_amount, count(*) OVER (PARTITION BY p.bank_account, p.bank_key) AS ways
  FROM bank_pair AS p
  WHERE NOT p.stands AND p.open_on IS NULL AND p.amount > 0 AND p.line_amount < 0 AND CAST(- p.line_amount AS DECIMAL(28,4)) * 20 <= p.amount
    AND EXISTS (SELECT 1 FROM taken AS t WHERE t.account = p.account AND t.payout_id = p.payout_id AND t.bank_account = p.bank_account)
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.bank_account = p.bank_account AND t.bank_key = p.bank_key)
), payout_left AS (
  SELECT account, payout_id, bank_account, currency, processor, amount, day, from_on, until_on, set_key FROM bank_open WHERE side = 'payout' AND payouts <= 12 AND lines <= 12 AND NOT (payouts = 1 AND lines = 1)
), line_left AS (
  SELECT bank_account, bank_key, currency, processor, amount, day, set_key FROM bank_open WHERE side = 'line' AND payouts <= 12 AND lines <= 12 AND NOT (payouts = 1 AND lines = 1)
), payout_day AS (
  SELECT account, currency, bank_account, processor, day, sum(amount) AS amount, count(*) AS items, max(from_on) AS from_on, min(until_on) AS until_on,
    sum(sum(amount)) OVER (PARTITION BY account, currency, bank_account, processor ORDER BY day) AS upto, sum(count(*)) OVER (PARTITION BY account, currency, bank_account, processor ORDER BY day) AS items_upto
  FROM payout_left GROUP BY account, currency, bank_account, processor, day
), payout_run AS (
  SELECT f.account, f.currency, f.bank_account, f.processor, f.day AS first_day, t.day AS last_day, t.from_on, f.until_on, t.upto - f.upto + f.amount AS amount
  FROM payout_day AS f
  JOIN payout_day AS t ON t.account = f.account AND t.currency = f.currency AND t.bank_account = f.bank_account AND t.processor = f.processor AND t.day >= f.day AND t.from_on <= f.until_on
  WHERE t.items_upto - f.items_upto + f.items > 1
), line_day AS (
  SELECT bank_account, currency, processor, day, sum(amount) AS amount, count(*) AS items,
    sum(sum(amount)) OVER (PARTITION BY bank_account, currency, processor ORDER BY day) AS upto, sum(count(*)) OVER (PARTITION BY bank_account, currency, processor ORDER BY day) AS items_upto
  FROM line_left GROUP BY bank_account, currency, processor, day
), line_run AS (
  SELECT f.bank_account, f.currency, f.processor, f.day AS first_day, t.day AS last_day, t.upto - f.upto + f.amount AS amount
  FROM line_day AS f
  JOIN line_day AS t ON t.bank_account = f.bank_account AND t.currency = f.currency AND t.processor = f.processor AND t.day BETWEEN f.day AND f.day + 14
  WHERE t.items_upto - f.items_upto + f.items > 1
), payouts_named AS (
  SELECT bank_account, bank_key, max(line_amount) - sum(amount) AS delta, max(concat(account, '/', payout_id)) AS last_key FROM named
  GROUP BY bank_account, bank_key
  HAVING count(*) > 1 AND max(left_ways) = 1 AND (min(account) = max(account) OR (min(entity) = max(entity) AND count(entity) = count(*))) AND min(currency) = max(currency) AND (sum(amount) = max(line_amount) OR (max(line_amount) < sum(amount) AND max(line_amount) * 20 >= sum(amount) * 19))
), lines_named AS (
  SELECT account, payout_id, max(amount) - sum(line_amount) AS delta, min_by(bank_key, (abs(line_amount), bank_key)) AS last_key FROM named
  GROUP BY account, payout_id HAVING count(*) > 1 AND max(right_ways) = 1 AND (sum(line_amount) = max(amount) OR (sum(line_amount) < max(amount) AND sum(line_amount) * 20 >= max(amount) * 19))
), member AS (
  SELECT concat_ws('|', 'payouts named', g.bank_account, g.bank_key) AS group_key, 'several payouts in the text of one bank line' AS pass, n.account, n.payout_id, n.bank_account, n.bank_key,
    n.amount AS due, CASE WHEN concat(n.account, '/', n.payout_id) = g.last_key THEN n.amount + g.delta ELSE n.amount END AS share, CAST(NULL AS VARCHAR) AS set_key, CAST(NULL AS VARCHAR) AS line_set
  FROM payouts_named AS g JOIN named AS n ON n.bank_account = g.bank_account AND n.bank_key = g.bank_key
  UNION ALL
  SELECT concat_ws('|', 'lines named', g.account, g.payout_id), 'several bank lines with the reference of one payout', n.account, n.payout_id, n.bank_account, n.bank_key,
    CASE WHEN n.bank_key = g.last_key THEN n.line_amount + g.delta ELSE n.line_amount END, n.line_amount, NULL, NULL
  FROM lines_named AS g JOIN named AS n ON n.account = g.account AND n.payout_id = g.payout_id
  UNION ALL
  SELECT concat_ws('|', 'charge', account, payout_id, bank_account, bank_key), 'a bank charge with the reference of a payout', account, payout_id, bank_account, bank_key, CAST(0 AS DECIMAL(18,4)), line_amount, NULL, NULL
  FROM charge WHERE ways = 1
  UNION ALL
  SELECT concat_ws('|', 'payouts', b.bank_account, b.bank_key, r.account, r.first_day, r.last_day), 'all payouts of these days sum to one bank line', p.account, p.payout_id, b.bank_account, b.bank_key, p.amount, p.amount, p.set_key, b.set_key
  FROM payout_run AS r
  JOIN line_left AS b ON b.bank_account = r.bank_account AND b.currency = r.currency AND b.processor = r.processor AND b.amount = r.amount AND b.day BETWEEN r.from_on AND r.until_on
  JOIN payout_left AS p ON p.account = r.account AND p.bank_account = r.bank_account AND p.processor = r.processor AND p.currency = r.currency AND p.day BETWEEN r.first_day AND r.last_day
  UNION ALL
  SELECT concat_ws('|', 'lines', p.account, p.payout_id, r.first_day, r.last_day), 'all bank lines of these days sum to one payout', p.account, p.payout_id, b.bank_account, b.bank_key, b.amount, b.amount, p.set_key, b.set_key
  FROM line_run AS r
  JOIN payout_left AS p ON p.bank_account = r.bank_account AND p.currency = r.currency AND p.processor = r.processor AND p.amount = r.amount AND r.first_day >= p.from_on AND r.last_day <= p.until_on
  JOIN line_left AS b ON b.bank_account = r.bank_account AND b.currency = r.currency AND b.processor = r.processor AND b.day BETWEEN r.first_day AND r.last_day
), undone AS (
  SELECT DISTINCT m.group_key FROM member AS m JOIN bank_said AS s ON s.action = 'undone' AND s.account = m.account AND s.payout_id = m.payout_id AND s.bank_account = m.bank_account AND s.bank_key = m.bank_key
), allowed AS (
  SELECT group_key, pass, account, payout_id, bank_account, bank_key, due, share, set_key, line_set FROM member AS m WHERE NOT EXISTS (SELECT 1 FROM undone AS u WHERE u.group_key = m.group_key)
), payout_ways AS (
  SELECT account, payout_id, count(DISTINCT group_key) + max(CASE WHEN set_key IS NULL THEN 0 ELSE 1 END) AS ways FROM allowed GROUP BY account, payout_id
), line_ways AS (
  SELECT bank_account, bank_key, count(DISTINCT group_key) + max(CASE WHEN line_set IS NULL THEN 0 ELSE 1 END) AS ways FROM allowed GROUP BY bank_account, bank_key
)
SELECT a.group_key, a.pass, a.account, a.payout_id, a.bank_account, a.bank_key, a.due, a.share, CAST(max(greatest(p.ways, l.ways)) OVER (PARTITION BY a.group_key) AS BIGINT) AS ways
FROM allowed AS a
JOIN payout_ways AS p ON p.account = a.account AND p.payout_id = a.payout_id
JOIN line_ways AS l ON l.bank_account = a.bank_account AND l.bank_key = a.bank_key
