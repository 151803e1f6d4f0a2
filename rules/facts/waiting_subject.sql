/*
title = "Subjects that wait in a finding of a rule"
kind = "fact"
why = "What would have been judged by itself, and is part of a finding: the payments of a gateway's spelling that nobody mapped, of a day that a report or an export lacks, of an order that no export holds; the lines of a changed rate and of an unknown type; payouts and bank lines that nothing tells apart; payouts that a missing statement may have. Each with the rule, the code and the subject of that finding."
reads = ["tender", "cutover", "order_fact", "order_missing", "line_gap", "payment_gap", "odoo_gap", "feed", "file", "missing_line", "bank_tie", "payout_tie", "payout_due", "bank_gap", "match_bank_line", "match_settlement_line", "bank_line_current", "order_transaction_current", "line_fact", "fee_run"]
*/
WITH spelled AS (
  SELECT t.subject_key, t.amount, t.currency, coalesce(t.created_on < c.cutover_on, FALSE) AS is_early,
    first_value(t.subject_key) OVER (PARTITION BY t.entity, t.store, t.gateway ORDER BY coalesce(t.created_on < c.cutover_on, FALSE), t.created_at, t.subject_key) AS first_key
  FROM tender AS t LEFT JOIN cutover AS c ON c.entity = t.entity WHERE t.tender_kind IS NULL
), named_feed AS (
  SELECT kind, owner_key, min(feed) AS feed FROM feed WHERE kind IN ('account', 'store') GROUP BY kind, owner_key
), extract_feed AS (
  SELECT d.owner_key, min(d.feed) AS feed FROM feed AS d JOIN file AS l ON l.feed = d.feed AND l.importer IN ('odoo_sale_order', 'odoo_move') WHERE d.kind = 'entity' GROUP BY d.owner_key
), tied AS (
  SELECT t.tie_key, 'bank_line' AS kind, concat(b.bank_account, '/', b.bank_reference) AS subject_key, b.amount, b.currency, row_number() OVER (PARTITION BY t.tie_key ORDER BY b.booked_on, b.bank_account, b.bank_reference) AS place
  FROM bank_tie AS t JOIN bank_line_current AS b ON b.bank_account = t.bank_account AND b.bank_reference = t.bank_key WHERE t.side = 'line'
  UNION ALL
  SELECT t.tie_key, 'payout', concat(p.account, '/', p.payout_id), p.amount, p.currency, 0 FROM bank_tie AS t JOIN payout_due AS p ON p.account = t.account AND p.payout_id = t.payout_id WHERE t.side = 'payout'
), strange AS (
  SELECT concat(l.account, '/', l.line_id) AS subject_key, l.gross, l.currency, first_value(concat(l.account, '/', l.line_id)) OVER (PARTITION BY l.account, l.native_type, l.currency ORDER BY l.booked_on, l.line_id) AS first_key FROM line_fact AS l WHERE l.bucket = 'unknown'
)
SELECT 'P-09' AS rule, 'GATEWAY_UNMAPPED' AS code, 'order_transaction' AS subject_kind, s.first_key AS subject_key, 'order_transaction' AS waiting_kind, s.subject_key AS waiting_key, s.amount, s.currency FROM spelled AS s WHERE NOT s.is_early
UNION ALL
SELECT 'C-11', 'TYPE_UNKNOWN', 'settlement_line', first_key, 'settlement_line', subject_key, gross, currency FROM strange
UNION ALL
SELECT 'E-01', CASE WHEN side = 1 THEN 'FEE_OVERCHARGED' ELSE 'FEE_UNDERCHARGED' END, 'settlement_line', concat(account, '/', first_id), 'settlement_line', concat(account, '/', line_id), own_difference, currency FROM fee_run WHERE lines > 1
UNION ALL
SELECT 'O-15', 'ORDER_SEQUENCE_GAP', 'order', concat(m.store, '/', m.next_name), 'order_transaction', t.subject_key, t.amount, t.currency FROM order_missing AS m JOIN tender AS t ON t.store = m.store AND t.order_name = m.order_name WHERE m.next_name IS NOT NULL
UNION ALL
SELECT 'Y-01', 'PAYOUT_NOT_DECOMPOSED', 'payout', concat(x.account, '/', x.payout_id), 'order_transaction', x.subject_key, x.amount, t.currency FROM missing_line AS x JOIN tender AS t ON t.subject_key = x.subject_key
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', f.feed, 'order_transaction', t.subject_key, t.amount, t.currency
FROM line_gap AS g JOIN named_feed AS f ON f.kind = 'account' AND f.owner_key = g.account JOIN tender AS t ON t.account = g.account AND t.store = g.store AND t.created_on = g.day AND t.by_processor
WHERE g.payout_id IS NULL AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.left_key = t.subject_key)
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', g.feed, 'order', concat(o.store, '/', o.order_name), o.total, o.currency
FROM payment_gap AS g JOIN order_fact AS o ON o.store = g.store AND o.paid_on = g.day AND o.is_paid AND NOT o.is_void
WHERE NOT EXISTS (SELECT 1 FROM order_transaction_current AS e WHERE e.store = o.store AND e.order_name = o.order_name)
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', f.feed, 'order', concat(o.store, '/', o.order_name), o.total, o.currency FROM odoo_gap AS g JOIN extract_feed AS f ON f.owner_key = g.entity JOIN order_fact AS o ON o.entity = g.entity AND o.created_on = g.day AND NOT o.is_void
UNION ALL
SELECT 'C-05', 'STATEMENT_GAP', 'bank_line', concat(g.bank_account, '/', g.statement_id), 'payout', concat(d.account, '/', d.payout_id), d.amount, d.currency
FROM bank_gap AS g JOIN payout_due AS d ON d.bank_account = g.bank_account AND d.currency = g.currency AND NOT d.is_failed AND g.missing_from <= g.missing_until AND g.missing_from <= d.until_on AND g.missing_until >= d.from_on
WHERE NOT g.takes_back AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.account = d.account AND m.payout_id = d.payout_id)
UNION ALL
SELECT 'Y-05', 'BANK_AMBIGUOUS', 'bank_line', f.subject_key, t.kind, t.subject_key, t.amount, t.currency FROM tied AS t JOIN tied AS f ON f.tie_key = t.tie_key AND f.place = 1
UNION ALL
SELECT DISTINCT 'Y-01', 'PAYOUT_AMBIGUOUS', 'payout', concat(t.account, '/', min(t.payout_id) OVER (PARTITION BY t.account, t.payout_key)), 'payout', concat(t.account, '/', t.payout_id), d.amount, d.currency
FROM payout_tie AS t JOIN payout_due AS d ON d.account = t.account AND d.payout_id = t.payout_id
