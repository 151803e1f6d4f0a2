/*
title = "Payment events to settlement lines"
kind = "match"
rule = "S-01"
why = "What a person confirmed; then within an order, account and side: equal amounts pair by time; one event left over pairs with the lines that sum to it, as marketplaces and partial captures write them, or several events with the one line that is their sum, or one with the only line left, with their difference, which is all of it where their currencies differ; anything else stays open, and what a person undid stays apart."
reads = ["tender", "line_fact", "match_said"]
subject = "order_transaction"
against = ["settlement_line_current"]
*/
WITH said AS (
  SELECT left_key, right_key, action FROM match_said WHERE left_kind = 'order_transaction'
), confirmed AS (
  SELECT e.store, e.order_name, e.account, e.side, e.ordinal, e.subject_key, e.entity, e.currency, e.amount, l.line_id, CASE WHEN l.bucket = 'refund' THEN - l.gross ELSE l.gross END AS line_amount
  FROM said AS s
  JOIN tender AS e ON e.subject_key = s.left_key
  JOIN line_fact AS l ON l.account = e.account AND l.currency = e.currency AND concat(l.account, '/', l.line_id) = s.right_key
  WHERE s.action = 'confirmed'
), event AS (
  SELECT store, order_name, account, side, amount, ordinal, subject_key, entity, currency, created_at,
    row_number() OVER (PARTITION BY store, order_name, account, side, currency, amount ORDER BY created_at, ordinal) AS place
  FROM tender AS t WHERE by_processor AND amount > 0 AND NOT EXISTS (SELECT 1 FROM confirmed AS c WHERE c.subject_key = t.subject_key)
), line AS (
  SELECT store, order_name, account, bucket AS side, CASE WHEN bucket = 'refund' THEN - gross ELSE gross END AS amount, line_id, currency,
    row_number() OVER (PARTITION BY store, order_name, account, bucket, currency, gross ORDER BY occurred_at, line_id) AS place
  FROM line_fact AS f WHERE bucket IN ('sale', 'refund') AND order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM confirmed AS c WHERE c.account = f.account AND c.line_id = f.line_id)
), exact AS (
  SELECT e.store, e.order_name, e.account, e.side, e.ordinal, e.subject_key, e.entity, e.currency, e.amount, l.line_id, l.amount AS line_amount
  FROM event AS e JOIN line AS l
    ON l.store = e.store AND l.order_name = e.order_name AND l.account = e.account AND l.side = e.side AND l.currency = e.currency AND l.amount = e.amount AND l.place = e.place
  WHERE NOT EXISTS (SELECT 1 FROM said AS s WHERE s.left_key = e.subject_key AND s.right_key = concat(l.account, '/', l.line_id))
), loose_event AS (
  SELECT e.store, e.order_name, e.account, e.side, e.ordinal, e.subject_key, e.entity, e.currency, e.amount,
    min(e.currency) OVER (PARTITION BY e.store, e.order_name, e.account, e.side) AS least_currency, max(e.currency) OVER (PARTITION BY e.store, e.order_name, e.account, e.side) AS last_currency,
    count(*) OVER (PARTITION BY e.store, e.order_name, e.account, e.side) AS ways, sum(e.amount) OVER (PARTITION BY e.store, e.order_name, e.account, e.side) AS together
  FROM event AS e WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.subject_key = e.subject_key)
), loose_line AS (
  SELECT l.store, l.order_name, l.account, l.side, l.line_id, l.amount, l.currency, min(l.currency) OVER (PARTITION BY l.store, l.order_name, l.account, l.side) AS least_currency, max(l.currency) OVER (PARTITION BY l.store, l.order_name, l.account, l.side) AS last_currency, count(*) OVER (PARTITION BY l.store, l.order_name, l.account, l.side) AS ways,
    sum(l.amount) OVER (PARTITION BY l.store, l.order_name, l.account, l.side) AS together
  FROM line AS l WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.account = l.account AND x.line_id = l.line_id)
)
SELECT concat(account, '/', line_id) AS group_key, 'confirmed by a person' AS pass, entity, account, amount, amount - line_amount AS difference, currency,
  'order_transaction' AS left_kind, subject_key AS left_key, amount AS left_amount, 'settlement_line' AS right_kind, concat(account, '/', line_id) AS right_key, line_amount AS right_amount,
  store, order_name, ordinal, side, line_id
FROM confirmed
UNION ALL
SELECT concat(account, '/', line_id), 'order, account and amount', entity, account, amount, CAST(0 AS DECIMAL(18,4)) AS difference, currency,
  'order_transaction' AS left_kind, subject_key AS left_key, amount AS left_amount, 'settlement_line' AS right_kind, concat(account, '/', line_id) AS right_key, line_amount AS right_amount,
  store, order_name, ordinal, side, line_id
FROM exact
UNION ALL
SELECT concat(e.account, '/', l.line_id), 'only one left of the order', e.entity, e.account, e.amount, CASE WHEN l.currency = e.currency THEN e.amount - l.amount ELSE e.amount END, e.currency,
  'order_transaction', e.subject_key, e.amount, 'settlement_line', concat(l.account, '/', l.line_id), l.amount, e.store, e.order_name, e.ordinal, e.side, l.line_id
FROM loose_event AS e JOIN loose_line AS l ON l.store = e.store AND l.order_name = e.order_name AND l.account = e.account AND l.side = e.side
WHERE e.ways = 1 AND l.ways = 1 AND NOT EXISTS (SELECT 1 FROM said AS s WHERE s.left_key = e.subject_key AND s.right_key = concat(l.account, '/', l.line_id))
UNION ALL
SELECT concat(e.account, '/', l.line_id), 'all lines left of the order sum to it', e.entity, e.account, l.amount, CAST(0 AS DECIMAL(18,4)), e.currency,
  'order_transaction', e.subject_key, l.amount, 'settlement_line', concat(l.account, '/', l.line_id), l.amount, e.store, e.order_name, e.ordinal, e.side, l.line_id
FROM loose_event AS e JOIN loose_line AS l ON l.store = e.store AND l.order_name = e.order_name AND l.account = e.account AND l.side = e.side
WHERE e.ways = 1 AND l.ways > 1 AND l.together = e.amount AND l.least_currency = e.currency AND l.last_currency = e.currency AND NOT EXISTS (SELECT 1 FROM said AS s WHERE s.left_key = e.subject_key AND s.action = 'undone')
UNION ALL
SELECT concat(e.account, '/', l.line_id), 'all payments left of the order sum to it', e.entity, e.account, e.amount, CAST(0 AS DECIMAL(18,4)), e.currency,
  'order_transaction', e.subject_key, e.amount, 'settlement_line', concat(l.account, '/', l.line_id), e.amount, e.store, e.order_name, e.ordinal, e.side, l.line_id
FROM loose_event AS e JOIN loose_line AS l ON l.store = e.store AND l.order_name = e.order_name AND l.account = e.account AND l.side = e.side
WHERE l.ways = 1 AND e.ways > 1 AND e.together = l.amount AND e.least_currency = l.currency AND e.last_currency = l.currency
  AND NOT EXISTS (SELECT 1 FROM said AS s WHERE s.right_key = concat(l.account, '/', l.line_id) AND s.action = 'undone')
ORDER BY group_key, left_key
