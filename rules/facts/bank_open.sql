/*
title = "Payouts and bank lines that no reference has joined"
kind = "fact"
why = "What is left for amount, currency and window, and for groups: payouts that are due, with or without a reference, and lines with the name of a processor that carry the reference of no known payout, and none of somebody else. Among them those of one amount that reach each other through the days of their windows are one set: one payout and one line are a pair, and of more nothing tells which is whose."
reads = ["payout_due", "bank_line_current", "bank_name", "bank_said", "bank_return", "bank_pair", "bank_stranger"]
*/
WITH gone AS (
  SELECT bank_account, bank_key FROM bank_return UNION SELECT bank_account, back_key FROM bank_return
), due AS (
  SELECT d.account, d.payout_id, d.bank_account, d.currency, d.processor, d.amount, d.paid_on, d.from_on, d.until_on,
    CASE WHEN EXISTS (SELECT 1 FROM bank_said AS s WHERE s.account = d.account AND s.payout_id = d.payout_id) THEN concat(d.account, '/', d.payout_id) ELSE '' END AS tag
  FROM payout_due AS d
  WHERE NOT d.is_failed AND d.bank_account IS NOT NULL AND d.from_on IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM bank_pair AS p WHERE p.stands AND p.account = d.account AND p.payout_id = d.payout_id)
), line AS (
  SELECT b.bank_account, b.bank_reference AS bank_key, b.currency, b.processor, b.amount, b.booked_on,
    CASE WHEN EXISTS (SELECT 1 FROM bank_said AS s WHERE s.bank_account = b.bank_account AND s.bank_key = b.bank_reference) THEN b.bank_reference ELSE '' END AS tag
  FROM bank_line_current AS b
  WHERE b.standing = 'booked' AND b.amount <> 0 AND b.processor IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM bank_pair AS p WHERE p.stands AND p.bank_account = b.bank_account AND p.bank_key = b.bank_reference)
    AND NOT EXISTS (SELECT 1 FROM bank_name AS n WHERE n.strength <= 2 AND n.bank_account = b.bank_account AND n.bank_key = b.bank_reference)
    AND NOT EXISTS (SELECT 1 FROM gone AS g WHERE g.bank_account = b.bank_account AND g.bank_key = b.bank_reference)
    AND NOT EXISTS (SELECT 1 FROM bank_stranger AS s WHERE s.bank_account = b.bank_account AND s.bank_key = b.bank_reference)
), span AS (
  SELECT bank_account, currency, processor, amount, from_on, until_on, tag, min(account) AS account, min(payout_id) AS payout_id, count(*) AS payouts
  FROM due GROUP BY bank_account, currency, processor, amount, from_on, until_on, tag
), day AS (
  SELECT bank_account, currency, processor, amount, booked_on, tag, min(bank_key) AS bank_key, count(*) AS lines FROM line GROUP BY bank_account, currency, processor, amount, booked_on, tag
), reach AS (
  SELECT s.bank_account, s.currency, s.processor, s.amount, s.from_on, s.until_on, s.tag, s.payouts, d.booked_on, d.tag AS line_tag, d.lines
  FROM span AS s
  JOIN day AS d ON d.bank_account = s.bank_account AND d.currency = s.currency AND d.processor = s.processor AND d.amount = s.amount AND d.booked_on BETWEEN s.from_on AND s.until_on
  WHERE s.tag = '' OR d.tag = '' OR NOT EXISTS (SELECT 1 FROM bank_said AS x WHERE x.account = s.account AND x.payout_id = s.payout_id AND x.bank_account = d.bank_account AND x.bank_key = d.bank_key)
), touched AS (
  SELECT bank_account, currency, processor, amount, from_on, until_on, tag, payouts, min(booked_on) AS first_on, max(booked_on) AS last_on
  FROM reach GROUP BY bank_account, currency, processor, amount, from_on, until_on, tag, payouts
), marked AS (
  SELECT bank_account, currency, processor, amount, from_on, until_on, tag, payouts, first_on, last_on,
    CASE WHEN first_on <= max(last_on) OVER (PARTITION BY bank_account, currency, processor, amount ORDER BY first_on, from_on, until_on, tag ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS is_first
  FROM touched
), numbered AS (
  SELECT bank_account, currency, processor, amount, from_on, until_on, tag, payouts, first_on, last_on,
    CAST(sum(is_first) OVER (PARTITION BY bank_account, currency, processor, amount ORDER BY first_on, from_on, until_on, tag ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS number
  FROM marked
), island AS (
  SELECT bank_account, currency, processor, amount, number, min(first_on) AS first_on, max(last_on) AS last_on, CAST(sum(payouts) AS BIGINT) AS payouts FROM numbered GROUP BY bank_account, currency, processor, amount, number
), held AS (
  SELECT i.bank_account, i.currency, i.processor, i.amount, i.number, i.first_on, i.last_on, i.payouts, CAST(sum(d.lines) AS BIGINT) AS lines
  FROM island AS i
  JOIN (SELECT DISTINCT bank_account, currency, processor, amount, booked_on, line_tag, lines FROM reach) AS d
    ON d.bank_account = i.bank_account AND d.currency = i.currency AND d.processor = i.processor AND d.amount = i.amount AND d.booked_on BETWEEN i.first_on AND i.last_on
  GROUP BY i.bank_account, i.currency, i.processor, i.amount, i.number, i.first_on, i.last_on, i.payouts
)
SELECT 'payout' AS side, d.account, d.payout_id, d.bank_account, CAST(NULL AS VARCHAR) AS bank_key, d.currency, d.processor, d.amount, d.paid_on AS day, d.from_on, d.until_on,
  CASE WHEN h.number IS NOT NULL THEN concat_ws('|', 'equal', h.bank_account, h.currency, h.processor, h.amount, h.first_on) END AS set_key, coalesce(h.payouts, 0) AS payouts, coalesce(h.lines, 0) AS lines
FROM due AS d
LEFT JOIN numbered AS n ON n.bank_account = d.bank_account AND n.currency = d.currency AND n.processor = d.processor AND n.amount = d.amount AND n.from_on = d.from_on AND n.until_on = d.until_on AND n.tag = d.tag
LEFT JOIN held AS h ON h.bank_account = n.bank_account AND h.currency = n.currency AND h.processor = n.processor AND h.amount = n.amount AND h.number = n.number
UNION ALL
SELECT 'line', NULL, NULL, l.bank_account, l.bank_key, l.currency, l.processor, l.amount, l.booked_on, l.booked_on, l.booked_on,
  CASE WHEN h.number IS NOT NULL THEN concat_ws('|', 'equal', h.bank_account, h.currency, h.processor, h.amount, h.first_on) END, coalesce(h.payouts, 0), coalesce(h.lines, 0)
FROM line AS l
LEFT JOIN (SELECT DISTINCT bank_account, currency, processor, amount, booked_on, line_tag FROM reach) AS r
  ON r.bank_account = l.bank_account AND r.currency = l.currency AND r.processor = l.processor AND r.amount = l.amount AND r.booked_on = l.booked_on AND r.line_tag = l.tag
LEFT JOIN held AS h ON h.bank_account = r.bank_account AND h.currency = r.currency AND h.processor = r.processor AND h.amount = r.amount AND r.booked_on BETWEEN h.first_on AND h.last_on
