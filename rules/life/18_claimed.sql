/*
title = "What belongs to a cause"
kind = "life"
why = "A finding that a missing row alone may have brought about belongs to what says that the row is missing: a refused file, a gap between statements, a day that a report lacks. It must be of the same account, store, bank account or company, of a source that its rule waits for, and of days on which the row may lie: those that lie between other pairs of the account, else up to its due day, else a week or two. What is not due yet goes on as it is. A cause that a person has resolved or written off holds nothing; an extract of Odoo holds nothing that stood before."
reads = ["account_store", "bank_gap", "bank_line_current", "batch_gap", "clearing_booking", "clearing_scope", "dispute_fact", "exception_event", "feed", "file", "finding", "held_span", "invoice_fact", "line_fact", "line_gap", "map_bank_account", "map_processor_account", "match_bank_line", "match_settlement_line", "odoo_gap", "order_fact", "payment_gap", "payout_fact", "refund_fact", "rule_wait", "run_context", "tender"]
makes = ["claimed"]
*/
CREATE OR REPLACE TABLE fact.claimed AS
WITH named AS (
  SELECT left(sha256(concat_ws('|', f.rule, f.code, coalesce(f.entity, ''), f.subject_key)), 24) AS exception_id, f.rule, f.code, f.severity, f.entity, f.store, f.subject_kind, f.subject_key, f.difference, f.currency, f.due_on
  FROM fact.finding AS f WHERE EXISTS (SELECT 1 FROM fact.held_span)
), standing AS (
  SELECT e.exception_id, e.state, e.difference FROM exception_event AS e CROSS JOIN fact.run_context AS r WHERE e."at" < r.known_at AND EXISTS (SELECT 1 FROM fact.held_span)
  QUALIFY row_number() OVER (PARTITION BY e.exception_id ORDER BY e.rowid DESC) = 1
), hold AS (
  -- a file that was refused goes before the gap that it left, and that before a day of which only other reports know
  SELECT n.exception_id AS cause_id, CASE h.code WHEN 'STATEMENT_GAP' THEN 2 WHEN 'FEED_MISSING' THEN 3 ELSE 1 END AS place, h.rule, h.code, h.subject_kind, h.subject_key, h.source, h.kind, h.owner_key, h.feed, h.from_on, h.until_on
  FROM fact.held_span AS h JOIN named AS n ON n.rule = h.rule AND n.code = h.code AND n.subject_kind = h.subject_kind AND n.subject_key = h.subject_key
  LEFT JOIN standing AS s ON s.exception_id = n.exception_id
  WHERE s.exception_id IS NULL OR s.state NOT IN ('resolved', 'written_off') OR s.difference IS DISTINCT FROM n.difference
), asked AS (
  SELECT n.exception_id, n.rule, n.code, n.severity, n.entity, n.store, n.subject_kind, n.subject_key, n.difference, n.currency, n.due_on,
    coalesce((SELECT min(h.place) FROM hold AS h WHERE h.cause_id = n.exception_id), 9) AS place
  FROM named AS n CROSS JOIN fact.run_context AS r
  WHERE (n.due_on IS NULL OR n.due_on < r.as_of)
    AND EXISTS (SELECT 1 FROM fact.rule_wait AS w JOIN hold AS h ON h.source = w.source OR h.feed IS NOT NULL WHERE w.rule = n.rule AND w.code = n.code AND w.subject_kind = n.subject_kind)
), settled AS (
  -- how many days lie between a payment and its line, of each account
  SELECT m.account, CAST(min(date_diff('day', t.created_on, l.booked_on)) AS INTEGER) AS fewest, CAST(max(date_diff('day', t.created_on, l.booked_on)) AS INTEGER) AS most
  FROM fact.match_settlement_line AS m JOIN fact.tender AS t ON t.subject_key = m.left_key JOIN fact.line_fact AS l ON l.account = m.account AND l.line_id = m.line_id
  WHERE m.account IN (SELECT a.account FROM fact.map_processor_account AS a) AND EXISTS (SELECT 1 FROM hold) GROUP BY m.account HAVING count(*) > 4
), banked AS (
  -- and between a payout and its bank line
  SELECT m.account, CAST(min(date_diff('day', p.paid_on, b.booked_on)) AS INTEGER) AS fewest, CAST(max(date_diff('day', p.paid_on, b.booked_on)) AS INTEGER) AS most
  FROM fact.match_bank_line AS m JOIN fact.payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id JOIN bank_line_current AS b ON b.bank_account = m.bank_account AND b.bank_reference = m.bank_key
  WHERE EXISTS (SELECT 1 FROM hold) GROUP BY m.account HAVING count(*) > 2
), lined AS (
  SELECT l.account, l.payout_id, min(l.booked_on) AS first_on FROM fact.line_fact AS l JOIN asked AS a ON a.subject_kind = 'payout' AND a.subject_key = concat(l.account, '/', l.payout_id) GROUP BY l.account, l.payout_id
), placed AS (
  -- whose files may have the row that it misses, and of which days
  SELECT a.exception_id, 'store' AS kind, o.store AS owner_key, o.created_on - 1 AS first_on, o.created_on + 3 AS last_on FROM asked AS a JOIN fact.order_fact AS o ON a.subject_kind = 'order' AND a.subject_key = concat(o.store, '/', o.order_name)
  UNION ALL
  SELECT a.exception_id, 'account', t.account, o.created_on - 3, o.created_on + 14
  FROM asked AS a JOIN fact.order_fact AS o ON a.subject_kind = 'order' AND a.subject_key = concat(o.store, '/', o.order_name) JOIN fact.tender AS t ON t.store = o.store AND t.order_name = o.order_name
  UNION ALL
  SELECT a.exception_id, 'account', t.account, t.created_on + coalesce(s.fewest, 0), coalesce(t.created_on + s.most, a.due_on, t.created_on + 10)
  FROM asked AS a JOIN fact.tender AS t ON a.subject_kind = 'order_transaction' AND a.subject_key = t.subject_key LEFT JOIN settled AS s ON s.account = t.account
  UNION ALL
  SELECT a.exception_id, 'account', g.account, g.day, g.day
  FROM asked AS a JOIN fact.tender AS t ON a.subject_kind = 'order_transaction' AND a.subject_key = t.subject_key JOIN fact.line_gap AS g ON g.account = t.account AND g.store = t.store AND g.day = t.created_on
  UNION ALL
  SELECT a.exception_id, 'store', t.store, t.created_on - 14, t.created_on FROM asked AS a JOIN fact.tender AS t ON a.subject_kind = 'order_transaction' AND a.subject_key = t.subject_key
  UNION ALL
  SELECT a.exception_id, 'bank_account', b.bank_account, t.created_on, coalesce(a.due_on, t.created_on + 14)
  FROM asked AS a JOIN fact.tender AS t ON a.subject_kind = 'order_transaction' AND a.subject_key = t.subject_key JOIN fact.map_bank_account AS b ON b.entity = t.entity AND t.created_on BETWEEN b.valid_from AND b.valid_to
  UNION ALL
  SELECT a.exception_id, 'account', r.account, r.created_on + coalesce(s.fewest, 0), coalesce(r.created_on + s.most, a.due_on, r.created_on + 10)
  FROM asked AS a JOIN fact.refund_fact AS r ON a.subject_kind = 'refund' AND a.subject_key = concat(r.store, '/', r.order_name, '/', r.refund_no) LEFT JOIN settled AS s ON s.account = r.account
  UNION ALL
  SELECT a.exception_id, 'store', r.store, r.created_on - 1, r.created_on + 1 FROM asked AS a JOIN fact.refund_fact AS r ON a.subject_kind = 'refund' AND a.subject_key = concat(r.store, '/', r.order_name, '/', r.refund_no)
  UNION ALL
  SELECT a.exception_id, 'store', coalesce(l.store, k.store), l.booked_on - coalesce(s.most, 14), l.booked_on - coalesce(s.fewest, 0)
  FROM asked AS a JOIN fact.line_fact AS l ON a.subject_kind = 'settlement_line' AND a.subject_key = concat(l.account, '/', l.line_id) LEFT JOIN settled AS s ON s.account = l.account LEFT JOIN fact.account_store AS k ON k.account = l.account
  UNION ALL
  SELECT a.exception_id, 'account', l.account, l.booked_on - 60, l.booked_on FROM asked AS a JOIN fact.line_fact AS l ON a.subject_kind = 'settlement_line' AND a.subject_key = concat(l.account, '/', l.line_id)
  UNION ALL
  SELECT a.exception_id, 'account', p.account, coalesce(l.first_on, p.paid_on - 10), p.paid_on
  FROM asked AS a JOIN fact.payout_fact AS p ON a.subject_kind = 'payout' AND a.code <> 'STATEMENT_GAP' AND a.subject_key = concat(p.account, '/', p.payout_id) LEFT JOIN lined AS l ON l.account = p.account AND l.payout_id = p.payout_id
  UNION ALL
  SELECT a.exception_id, 'bank_account', p.bank_account, p.paid_on + coalesce(b.fewest, 0), coalesce(p.paid_on + b.most, a.due_on, p.paid_on + 7)
  FROM asked AS a JOIN fact.payout_fact AS p ON a.subject_kind = 'payout' AND a.subject_key = concat(p.account, '/', p.payout_id) LEFT JOIN banked AS b ON b.account = p.account
  UNION ALL
  SELECT a.exception_id, 'account', p.account, b.booked_on - coalesce(k.most, 7), b.booked_on - coalesce(k.fewest, 0)
  FROM asked AS a JOIN bank_line_current AS b ON a.subject_kind = 'bank_line' AND a.subject_key = concat(b.bank_account, '/', b.bank_reference)
  JOIN fact.map_processor_account AS p ON p.bank_account = b.bank_account AND (p.processor = b.processor OR b.processor IS NULL) AND b.booked_on BETWEEN p.valid_from AND p.valid_to LEFT JOIN banked AS k ON k.account = p.account
  UNION ALL
  SELECT a.exception_id, 'bank_account', b.bank_account, b.booked_on - 1, b.booked_on + 1 FROM asked AS a JOIN bank_line_current AS b ON a.subject_kind = 'bank_line' AND a.subject_key = concat(b.bank_account, '/', b.bank_reference)
  UNION ALL
  SELECT a.exception_id, 'bank_account', g.bank_account, g.missing_from - 1, g.missing_until + 1 FROM asked AS a JOIN fact.bank_gap AS g ON a.code = 'STATEMENT_GAP' AND a.subject_kind = 'bank_line' AND a.subject_key = concat(g.bank_account, '/', g.statement_id)
  UNION ALL
  SELECT a.exception_id, 'account', g.account, g.missing_from - 1, g.missing_until + 1 FROM asked AS a JOIN fact.batch_gap AS g ON a.code = 'STATEMENT_GAP' AND a.subject_kind = 'payout' AND a.subject_key = concat(g.account, '/', g.batch_id)
  UNION ALL
  SELECT a.exception_id, 'store', i.store, i.booked_on - 14, i.booked_on + 1 FROM asked AS a JOIN fact.invoice_fact AS i ON a.subject_kind = 'odoo_document' AND a.subject_key = concat(i.company, '/', i.name)
  UNION ALL
  SELECT a.exception_id, k.kind, CASE k.kind WHEN 'account' THEN c.account ELSE x.store END, c.booked_on - 7, c.booked_on + 1
  FROM asked AS a JOIN fact.clearing_scope AS s ON a.subject_kind = 'odoo_document' AND a.entity = s.entity JOIN fact.clearing_booking AS c ON c.account = s.account AND a.subject_key = concat(s.company, '/', c.move_name)
  CROSS JOIN (SELECT 'account' AS kind UNION ALL SELECT 'store') AS k LEFT JOIN fact.account_store AS x ON x.account = c.account
  UNION ALL
  SELECT a.exception_id, 'account', d.account, d.initiated_on - 3, d.initiated_on + 60 FROM asked AS a JOIN fact.dispute_fact AS d ON a.subject_kind = 'dispute' AND a.subject_key = d.subject_key
  UNION ALL
  -- a balance has all days
  SELECT a.exception_id, k.kind, CASE k.kind WHEN 'account' THEN p.account WHEN 'bank_account' THEN p.bank_account ELSE x.store END, DATE '1900-01-01', DATE '9999-12-31'
  FROM asked AS a JOIN fact.map_processor_account AS p ON a.subject_kind IN ('account_balance', 'pos_closing') AND (p.account = split_part(a.subject_key, '/', 1) OR a.code <> 'PROCESSOR_ROLLFORWARD_DIFF' AND a.code <> 'GL_CLEARING_DIFF' AND p.entity = a.entity)
  CROSS JOIN (SELECT 'account' AS kind UNION ALL SELECT 'bank_account' UNION ALL SELECT 'store') AS k LEFT JOIN fact.account_store AS x ON x.account = p.account
  UNION ALL
  SELECT a.exception_id, 'store', split_part(a.subject_key, '/', 1), coalesce(TRY_CAST(split_part(a.subject_key, '/', 2) AS DATE), DATE '1900-01-01'), coalesce(TRY_CAST(split_part(a.subject_key, '/', 2) AS DATE), DATE '9999-12-31')
  FROM asked AS a WHERE a.subject_kind IN ('store_day', 'gift_card', 'store_credit', 'order_return', 'tax_transaction', 'stock_level', 'loyalty_movement')
  UNION ALL
  -- an extract of Odoo may have anything that was written since the one before
  SELECT a.exception_id, 'entity', a.entity, DATE '1900-01-01', DATE '9999-12-31' FROM asked AS a WHERE a.entity IS NOT NULL AND a.subject_kind <> 'feed'
  UNION ALL
  SELECT a.exception_id, 'account', g.account, g.day, g.day FROM asked AS a JOIN fact.feed AS f ON a.subject_kind = 'feed' AND f.feed = a.subject_key JOIN fact.line_gap AS g ON f.kind = 'account' AND g.account = f.owner_key AND g.payout_id IS NULL
  UNION ALL
  SELECT a.exception_id, 'store', g.store, g.day, g.day FROM asked AS a JOIN fact.payment_gap AS g ON a.subject_kind = 'feed' AND g.feed = a.subject_key
  UNION ALL
  SELECT a.exception_id, 'entity', g.entity, g.day, g.day FROM asked AS a JOIN fact.feed AS f ON a.subject_kind = 'feed' AND f.feed = a.subject_key JOIN fact.odoo_gap AS g ON f.kind = 'entity' AND g.entity = f.owner_key
), late AS (
  -- a feed that is late: the days behind the last that came
  SELECT a.exception_id, a.subject_key AS feed, max(f.complete_until) + 1 AS day
  FROM asked AS a JOIN file AS f ON a.subject_kind = 'feed' AND f.feed = a.subject_key AND f.state NOT IN ('duplicate', 'announced') GROUP BY a.exception_id, a.subject_key
  UNION ALL
  SELECT a.exception_id, a.subject_key, DATE '1900-01-01' FROM asked AS a WHERE a.subject_kind = 'feed' AND NOT EXISTS (SELECT 1 FROM file AS f WHERE f.feed = a.subject_key)
), owned AS (
  SELECT a.exception_id, h.cause_id, h.kind, h.from_on
  FROM asked AS a JOIN placed AS p ON p.exception_id = a.exception_id
  JOIN fact.rule_wait AS w ON w.rule = a.rule AND w.code = a.code AND w.subject_kind = a.subject_kind
  JOIN hold AS h ON h.source = w.source AND h.kind = p.kind AND h.owner_key = p.owner_key AND h.from_on <= p.last_on AND h.until_on >= p.first_on AND h.place < a.place
  UNION ALL
  SELECT l.exception_id, h.cause_id, h.kind, h.from_on FROM late AS l JOIN hold AS h ON h.feed = l.feed AND h.until_on >= l.day
), first AS (
  SELECT o.exception_id, o.cause_id FROM owned AS o LEFT JOIN standing AS s ON s.exception_id = o.exception_id
  WHERE o.kind <> 'entity' OR s.exception_id IS NULL OR s.state NOT IN ('open', 'review')
  QUALIFY row_number() OVER (PARTITION BY o.exception_id ORDER BY o.from_on, o.cause_id) = 1
)
-- what belongs to a gap that itself belongs to a refused file belongs to that
SELECT a.exception_id, a.rule, a.code, a.severity, a.entity, a.subject_kind, a.subject_key, a.difference, a.currency, coalesce(u.cause_id, f.cause_id) AS cause_id
FROM asked AS a JOIN first AS f ON f.exception_id = a.exception_id LEFT JOIN first AS u ON u.exception_id = f.cause_id;
