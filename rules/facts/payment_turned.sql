/*
title = "Payments in another currency than their order's, with what they are in the order's own"
kind = "fact"
why = "A customer may pay in a currency of his own; the shop then writes the payment in that one. What it is in the order's is read off the settlement line that shows the same amount in the customer's currency: the order's own amount where that payment is its only one and the two lie as near as different rates do, else what was credited. A payment that no line shows is worth nothing that can be compared."
reads = ["order_transaction_current", "order_fact", "map_gateway", "line_fact", "settlement_line_current", "rule_parameter"]
*/
WITH event AS (
  SELECT t.store, o.entity, t.order_name, t.transaction_key, CASE WHEN t.kind = 'refund' THEN 'refund' ELSE 'sale' END AS side, t.gateway, t.amount, t.currency, t.created_at, t.created_on, o.currency AS own_currency,
    CASE WHEN t.kind = 'refund' THEN o.refunded ELSE o.total - o.outstanding END AS own_amount
  FROM order_transaction_current AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND NOT t.is_test
), counted AS (
  SELECT store, order_name, side, count(*) AS events FROM event GROUP BY store, order_name, side HAVING bool_or(currency <> own_currency)
), paid AS (
  SELECT e.store, e.entity, e.order_name, e.transaction_key, e.side, g.account, e.amount, e.currency, e.own_currency, e.own_amount, c.events,
    row_number() OVER (PARTITION BY e.store, e.order_name, e.side, g.account, e.amount, e.currency ORDER BY e.created_at, e.transaction_key) AS place
  FROM event AS e JOIN counted AS c ON c.store = e.store AND c.order_name = e.order_name AND c.side = e.side
  JOIN map_gateway AS g ON g.store = e.store AND g.gateway = e.gateway AND e.created_on BETWEEN g.valid_from AND g.valid_to
  WHERE e.currency <> e.own_currency
), line AS (
  SELECT f.store, f.order_name, f.bucket AS side, f.account, abs(l.presentment_amount) AS amount, l.presentment_currency AS currency, f.currency AS own_currency, abs(f.gross) AS gross,
    row_number() OVER (PARTITION BY f.store, f.order_name, f.bucket, f.account, abs(l.presentment_amount), l.presentment_currency ORDER BY f.occurred_at, f.line_id) AS place
  FROM line_fact AS f JOIN settlement_line_current AS l ON l.account = f.account AND l.line_id = f.line_id
  WHERE (f.bucket = 'sale' AND f.gross > 0 OR f.bucket = 'refund' AND f.gross < 0) AND f.order_name IS NOT NULL AND l.presentment_currency <> l.currency AND l.presentment_amount <> 0
)
SELECT p.store, p.order_name, p.transaction_key, p.currency AS paid_currency, p.amount AS paid_amount, p.own_currency AS currency,
  CASE WHEN p.events = 1 AND CAST(abs(p.own_amount - l.gross) AS DECIMAL(28,4)) * 100 <= CAST(p.own_amount AS DECIMAL(28,4)) * CAST(k.value AS DECIMAL(9,4)) THEN p.own_amount ELSE l.gross END AS amount
FROM paid AS p
JOIN line AS l ON l.store = p.store AND l.order_name = p.order_name AND l.side = p.side AND l.account = p.account AND l.amount = p.amount AND l.currency = p.currency AND l.own_currency = p.own_currency AND l.place = p.place
LEFT JOIN rule_parameter AS k ON k.rule = 'X-04' AND k.name = 'percent' AND k.entity = p.entity
