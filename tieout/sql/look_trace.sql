-- Everything that any system says of one order; it may be named by one of its settlement lines, too.
WITH o AS (SELECT store, entity, order_name FROM order_fact WHERE order_name = $order OR concat(store, '/', order_name) = $order OR order_id = $order
  UNION SELECT f.store, f.entity, f.order_name FROM line_fact AS l JOIN order_fact AS f ON f.store = l.store AND f.order_name = l.order_name WHERE concat(l.account, '/', l.line_id) = $order),
line AS (SELECT o.store, o.order_name, l.account, l.line_id, l.payout_id, l.native_type, l.booked_on, l.net, l.currency, l.file_id, l.row_no FROM line_fact AS l JOIN o ON o.store = l.store AND o.order_name = l.order_name),
receipt AS (
  SELECT l.store, m.right_key, m.left_key, m.right_amount, m.currency, m.booked_on, b.amount, m.file_id, m.row_no
  FROM (SELECT DISTINCT store, account, payout_id FROM line) AS l JOIN match_bank_line AS m ON m.account = l.account AND m.payout_id = l.payout_id JOIN bank_line_current AS b ON b.bank_account = m.bank_account AND b.bank_reference = m.bank_key
),
card AS (
  -- the shop moves the balance of a card at the moment of the payment
  SELECT o.store, o.order_name, g.card_id, g.amount, g.currency, g.moved_on, g.file_id, g.row_no
  FROM o JOIN order_transaction_current AS t ON t.store = o.store AND t.order_name = o.order_name AND t.status = 'success' AND t.gateway LIKE '%gift%card%'
  JOIN gift_card_movement_current AS g ON g.store = t.store AND g.moved_at = t.created_at AND abs(g.amount) = t.amount
),
told AS (
  SELECT o.store, e.exception_id FROM exception AS e JOIN o ON e.subject_key = concat(o.store, '/', o.order_name) OR e.subject_key LIKE concat(o.store, '/', o.order_name, '/%')
  UNION SELECT l.store, e.exception_id FROM line AS l JOIN exception AS e ON (e.subject_kind = 'settlement_line' AND e.subject_key = concat(l.account, '/', l.line_id)) OR (e.subject_kind = 'payout' AND e.subject_key = concat(l.account, '/', l.payout_id))
  UNION SELECT r.store, e.exception_id FROM receipt AS r JOIN exception AS e ON e.subject_kind = 'bank_line' AND e.subject_key = r.right_key
  UNION SELECT c.store, e.exception_id FROM card AS c JOIN exception AS e ON e.subject_kind = 'gift_card' AND e.subject_key = concat(c.store, '/', c.card_id)
),
named AS (SELECT left(file_id, 12) AS id, min(concat(feed, '/', name)) AS name FROM file WHERE importer <> '' GROUP BY left(file_id, 12)
), said AS (
SELECT 1 AS step, o.store, 'order' AS document, s.order_name AS name, CAST(s.created_on AS VARCHAR) AS day, s.financial_status AS state, s.total AS amount, s.currency, concat(left(s.file_id, 12), ':', s.row_no) AS evidence FROM sales_order_current AS s JOIN o ON o.store = s.store AND o.order_name = s.order_name
UNION ALL SELECT 2, o.store, concat('payment ', t.kind), t.gateway, CAST(t.created_on AS VARCHAR), t.status, t.amount, t.currency, concat(left(t.file_id, 12), ':', t.row_no) FROM order_transaction_current AS t JOIN o ON o.store = t.store AND o.order_name = t.order_name
UNION ALL SELECT 3, o.store, 'sale order', f.name, NULL, f.state, f.total, f.currency, concat(left(f.file_id, 12), ':', f.row_no) FROM sale_order_fact AS f JOIN o ON o.store = f.store AND o.order_name = f.order_name
UNION ALL SELECT 4, o.store, CASE WHEN f.move_type = 'out_refund' THEN 'credit note' ELSE 'invoice' END, f.name, CAST(f.booked_on AS VARCHAR), 'posted', f.total, f.currency, concat(left(f.file_id, 12), ':', f.row_no) FROM invoice_fact AS f JOIN o ON o.store = f.store AND o.order_name = f.order_name
UNION ALL SELECT 5, o.store, 'odoo payment', p.name, CAST(p.paid_on AS VARCHAR), p.state, p.amount_signed, p.currency, concat(left(p.file_id, 12), ':', p.row_no) FROM odoo_payment_current AS p JOIN o ON o.entity = p.entity AND (p.memo = o.order_name OR p.memo = concat('Refund ', o.order_name))
UNION ALL SELECT 5, c.store, 'gift card', c.card_id, CAST(c.moved_on AS VARCHAR), 'moved', c.amount, c.currency, concat(left(c.file_id, 12), ':', c.row_no) FROM card AS c
UNION ALL SELECT 6, l.store, concat('settlement line ', l.native_type), concat(l.account, '/', left(l.line_id, 24)), CAST(l.booked_on AS VARCHAR), concat('payout ', coalesce(l.payout_id, 'not yet')), l.net, l.currency, concat(left(l.file_id, 12), ':', l.row_no) FROM line AS l
UNION ALL SELECT DISTINCT 7, l.store, 'payout', concat(p.account, '/', p.payout_id), CAST(p.paid_on AS VARCHAR), p.state, p.payout_amount, p.currency, coalesce(p.bank_line_key, '') FROM payout_proof AS p JOIN line AS l ON l.account = p.account AND l.payout_id = p.payout_id
UNION ALL SELECT 8, r.store, 'bank line', r.right_key, CAST(r.booked_on AS VARCHAR), CASE WHEN r.right_amount = r.amount THEN 'booked' ELSE concat('part of ', CAST(CAST(r.amount AS DECIMAL(18,2)) AS VARCHAR)) END, r.right_amount, r.currency, concat(left(r.file_id, 12), ':', r.row_no) FROM receipt AS r
UNION ALL SELECT 9, t.store, concat('exception ', e.code), e.exception_id, CAST(e.first_seen_on AS VARCHAR), e.state, e.difference, e.currency, e.cause FROM told AS t JOIN exception AS e ON e.exception_id = t.exception_id
)
SELECT s.step, s.store, s.document, s.name, s.day, s.state, s.amount, s.currency, coalesce(n.name || ' row ' || split_part(s.evidence, ':', 2), s.evidence) AS evidence
FROM said AS s LEFT JOIN named AS n ON n.id = split_part(s.evidence, ':', 1)
ORDER BY s.store, s.step, s.day, s.name, s.evidence
