/*
title = "Days that a processor's report has nothing of"
kind = "fact"
why = "A day a week ago or more, between others, with two captures or more of a processor account, or one and a payout without any line or its money, at most a fifth of it kept, at the bank within five days without a payout that explains it, none of which was settled, and no line from the first to the last of them: the report lacks the day. A payout of the week after whose lines do not make it is that finding; else the feed has it."
reads = ["tender", "line_fact", "match_settlement_line", "payout_fact", "watermark_fact", "order_fact", "bank_line_current", "match_bank_line", "map_processor_account"]
*/
WITH due AS (
  SELECT t.account, t.store, t.created_on AS day, t.amount, t.currency, t.created_at, m.left_key
  FROM tender AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = t.account AND t.created_on + 7 <= w.complete_until
  LEFT JOIN match_settlement_line AS m ON m.left_key = t.subject_key
  WHERE t.by_processor AND t.side = 'sale' AND t.amount > 0
), bare AS (
  SELECT account, store, day, count(*) AS captures, sum(amount) AS amount, min(currency) AS currency, max(currency) AS last_currency, min(created_at) AS begins_at, max(created_at) AS ends_at
  FROM due GROUP BY account, store, day HAVING count(left_key) = 0
), gap AS (
  SELECT b.account, b.store, b.day, b.captures, b.amount, b.currency, b.last_currency
  FROM bare AS b JOIN line_fact AS l ON l.account = b.account
  GROUP BY b.account, b.store, b.day, b.captures, b.amount, b.currency, b.last_currency, b.begins_at, b.ends_at
  HAVING NOT bool_or(l.occurred_at BETWEEN b.begins_at AND b.ends_at) AND bool_or(l.occurred_at < b.begins_at) AND bool_or(l.occurred_at > b.ends_at)
), broken AS (
  SELECT g.account, g.store, g.day, min(p.payout_id) AS payout_id, bool_or(p.lines = 0) AS is_bare
  FROM gap AS g JOIN payout_fact AS p ON p.account = g.account AND p.paid_on BETWEEN g.day AND g.day + 7 AND p.payout_amount > p.lines_net AND p.status = 'paid'
  GROUP BY g.account, g.store, g.day
), received AS (
  SELECT DISTINCT g.account, g.store, g.day
  FROM gap AS g JOIN map_processor_account AS p ON p.account = g.account AND g.day BETWEEN p.valid_from AND p.valid_to
  JOIN bank_line_current AS b ON b.bank_account = p.bank_account AND b.processor = p.processor AND b.amount > 0 AND b.standing = 'booked' AND b.booked_on BETWEEN g.day AND g.day + 5
    AND b.currency = g.currency AND b.amount <= g.amount AND b.amount * 5 >= g.amount * 4
  WHERE NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.bank_account = b.bank_account AND m.bank_key = b.bank_reference)
)
SELECT g.account, g.store, g.day, g.captures, CASE WHEN g.currency = g.last_currency THEN g.amount END AS amount, CASE WHEN g.currency = g.last_currency THEN g.currency END AS currency, b.payout_id
FROM gap AS g LEFT JOIN broken AS b ON b.account = g.account AND b.store = g.store AND b.day = g.day
LEFT JOIN received AS r ON r.account = g.account AND r.store = g.store AND r.day = g.day
WHERE g.captures > 1 OR b.is_bare OR r.account IS NOT NULL
