/*
title = "Several payouts on one bank line, one payout on several"
kind = "fact"
why = "Declared groups only, never any subset that happens to sum: what the reference joins, and the whole of a run of days within the window, of one account and currency, to the cent. A group stands when none of its members has another way; those that compete are kept and named."
reads = ["payout_fact", "bank_line_current", "bank_pair", "match_said", "rule_parameter"]
*/
WITH taken AS (
  SELECT account, payout_id, bank_account, bank_key FROM bank_pair WHERE stands
), payout_left AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, p.bank_account, p.bank_reference, p.processor, p.paid_on AS day, coalesce(p.payout_amount, p.lines_net) AS amount, CAST(w.value AS INTEGER) AS window_days
  FROM payout_fact AS p JOIN rule_parameter AS w ON w.rule = 'Y-04' AND w.name = 'window_days' AND w.entity = p.entity
  WHERE p.status NOT IN ('failed', 'canceled') AND coalesce(p.payout_amount, p.lines_net) <> 0 AND p.bank_account IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.account = p.account AND t.payout_id = p.payout_id)
), line_left AS (
  SELECT b.bank_account, b.bank_reference AS bank_key, b.currency, b.processor, b.booked_on AS day, b.amount
  FROM bank_line_current AS b
  WHERE b.standing = 'booked' AND b.amount <> 0 AND b.processor IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.bank_account = b.bank_account AND t.bank_key = b.bank_reference)
), named AS (
  SELECT account, payout_id, currency, amount, bank_account, bank_key, line_amount,
    count(*) OVER (PARTITION BY account, payout_id) AS left_ways, count(*) OVER (PARTITION BY bank_account, bank_key) AS right_ways
  FROM bank_pair AS p WHERE p.pass = 'bank reference' AND NOT p.stands AND p.open_on IS NULL
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.account = p.account AND t.payout_id = p.payout_id)
    AND NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.bank_account = p.bank_account AND t.bank_key = p.bank_key)
), payout_day AS (
  SELECT account, currency, bank_account, processor, window_days, day, sum(amount) AS amount, count(*) AS items,
    sum(sum(amount)) OVER (PARTITION BY account, currency, bank_account, processor ORDER BY day) AS upto, sum(count(*)) OVER (PARTITION BY account, currency, bank_account, processor ORDER BY day) AS items_upto
  FROM payout_left WHERE bank_reference IS NULL GROUP BY account, currency, bank_account, processor, window_days, day
), payout_run AS (
  SELECT f.account, f.currency, f.bank_account, f.processor, f.window_days, f.day AS first_day, t.day AS last_day, t.upto - f.upto + f.amount AS amount
  FROM payout_day AS f
  JOIN payout_day AS t ON t.account = f.account AND t.currency = f.currency AND t.bank_account = f.bank_account AND t.processor = f.processor AND t.day BETWEEN f.day AND f.day + f.window_days + 2
  WHERE t.items_upto - f.items_upto + f.items > 1
), line_day AS (
  SELECT bank_account, currency, processor, day, sum(amount) AS amount, count(*) AS items,
    sum(sum(amount)) OVER (PARTITION BY bank_account, currency, processor ORDER BY day) AS upto, sum(count(*)) OVER (PARTITION BY bank_account, currency, processor ORDER BY day) AS items_upto
  FROM line_left GROUP BY bank_account, currency, processor, day
), line_run AS (
  SELECT f.bank_account, f.currency, f.processor, f.day AS first_day, t.day AS last_day, t.upto - f.upto + f.amount AS amount
  FROM line_day AS f
  JOIN (SELECT DISTINCT bank_account, currency, processor, window_days FROM payout_left) AS w ON w.bank_account = f.bank_account AND w.currency = f.currency AND w.processor = f.processor
  JOIN line_day AS t ON t.bank_account = f.bank_account AND t.currency = f.currency AND t.processor = f.processor AND t.day BETWEEN f.day AND f.day + w.window_days + 2
  WHERE t.items_upto - f.items_upto + f.items > 1
), payouts_named AS (
  SELECT bank_account, bank_key, min(account) AS account FROM named
  GROUP BY bank_account, bank_key HAVING count(*) > 1 AND max(left_ways) = 1 AND min(account) = max(account) AND min(currency) = max(currency) AND sum(amount) = max(line_amount)
), lines_named AS (
  SELECT account, payout_id FROM named
  GROUP BY account, payout_id HAVING count(*) > 1 AND max(right_ways) = 1 AND sum(line_amount) = max(amount)
), member AS (
  SELECT concat_ws('|', 'payouts named', g.bank_account, g.bank_key) AS group_key, 'several payouts in the text of one bank line' AS pass, n.account, n.payout_id, n.bank_account, n.bank_key, n.amount AS share
  FROM payouts_named AS g JOIN named AS n ON n.bank_account = g.bank_account AND n.bank_key = g.bank_key
  UNION ALL
  SELECT concat_ws('|', 'lines named', g.account, g.payout_id), 'several bank lines with the reference of one payout', n.account, n.payout_id, n.bank_account, n.bank_key, n.line_amount
  FROM lines_named AS g JOIN named AS n ON n.account = g.account AND n.payout_id = g.payout_id
  UNION ALL
  SELECT concat_ws('|', 'payouts', b.bank_account, b.bank_key, r.account, r.first_day, r.last_day), 'all payouts of these days sum to one bank line', p.account, p.payout_id, b.bank_account, b.bank_key, p.amount
  FROM payout_run AS r
  JOIN line_left AS b ON b.bank_account = r.bank_account AND b.currency = r.currency AND b.processor = r.processor AND b.amount = r.amount AND b.day BETWEEN r.last_day - 2 AND r.first_day + r.window_days
  JOIN payout_left AS p ON p.account = r.account AND p.currency = r.currency AND p.bank_reference IS NULL AND p.day BETWEEN r.first_day AND r.last_day
  UNION ALL
  SELECT concat_ws('|', 'lines', p.account, p.payout_id, r.first_day, r.last_day), 'all bank lines of these days sum to one payout', p.account, p.payout_id, b.bank_account, b.bank_key, b.amount
  FROM line_run AS r
  JOIN payout_left AS p ON p.bank_account = r.bank_account AND p.currency = r.currency AND p.processor = r.processor AND p.amount = r.amount AND p.bank_reference IS NULL
    AND r.first_day >= p.day - 2 AND r.last_day <= p.day + p.window_days
  JOIN line_left AS b ON b.bank_account = r.bank_account AND b.currency = r.currency AND b.processor = r.processor AND b.day BETWEEN r.first_day AND r.last_day
), allowed AS (
  SELECT group_key, pass, account, payout_id, bank_account, bank_key, share FROM member AS m
  WHERE NOT EXISTS (
    SELECT 1 FROM member AS o JOIN match_said AS s ON s.action = 'undone' AND s.left_key = concat(o.account, '/', o.payout_id) AND s.right_key = concat(o.bank_account, '/', o.bank_key) WHERE o.group_key = m.group_key)
), way AS (
  SELECT DISTINCT group_key, account, payout_id, bank_account, bank_key FROM allowed
  UNION ALL
  SELECT concat_ws('|', 'pair', account, payout_id, bank_account, bank_key), account, payout_id, bank_account, bank_key FROM bank_pair WHERE NOT stands AND pass <> 'bank reference'
), payout_ways AS (
  SELECT account, payout_id, count(DISTINCT group_key) AS ways FROM way GROUP BY account, payout_id
), line_ways AS (
  SELECT bank_account, bank_key, count(DISTINCT group_key) AS ways FROM way GROUP BY bank_account, bank_key
)
SELECT a.group_key, a.pass, a.account, a.payout_id, a.bank_account, a.bank_key, a.share, CAST(max(greatest(p.ways, l.ways)) OVER (PARTITION BY a.group_key) AS BIGINT) AS ways
FROM allowed AS a
JOIN payout_ways AS p ON p.account = a.account AND p.payout_id = a.payout_id
JOIN line_ways AS l ON l.bank_account = a.bank_account AND l.bank_key = a.bank_key
