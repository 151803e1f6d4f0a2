-- Everything that any system says of one order.
WITH o AS (SELECT store, entity, order_name FROM order_fact WHERE order_name = $order OR concat(store, '/', order_name) = $order OR order_id = $order),
named AS (SELECT left(file_id, 12) AS id, min(concat(feed, '/', name)) AS name FROM file WHERE importer <> '' GROUP BY left(file_id, 12)
), said AS (
SELECT 1 AS step, o.store, 'order' AS document, s.order_name AS name, CAST(s.created_on AS VARCHAR) AS day, s.financial_status AS state, s.total AS amount, s.currency, concat(left(s.file_id, 12), ':', s.row_no) AS evidence FROM sales_order_current AS s JOIN o ON o.store = s.store AND o.order_name = s.order_name
UNION ALL SELECT 2, o.store, concat('payment ', t.kind), t.gateway, CAST(t.created_on AS VARCHAR), t.status, t.amount, t.currency, concat(left(t.file_id, 12), ':', t.row_no) FROM order_transaction_current AS t JOIN o ON o.store = t.store AND o.order_name = t.order_name
UNION ALL SELECT 3, o.store, 'sale order', f.name, NULL, f.state, f.total, f.currency, concat(left(f.file_id, 12), ':', f.row_no) FROM sale_order_fact AS f JOIN o ON o.store = f.store AND o.order_name = f.order_name
UNION ALL SELECT 4, o.store, CASE WHEN f.move_type = 'out_refund' THEN 'credit note' ELSE 'invoice' END, f.name, CAST(f.booked_on AS VARCHAR), 'posted', f.total, f.currency, concat(left(f.file_id, 12), ':', f.row_no) FROM invoice_fact AS f JOIN o ON o.store = f.store AND o.order_name = f.order_name
UNION ALL SELECT 5, o.store, 'odoo payment', p.name, CAST(p.paid_on AS VARCHAR), p.state, p.amount_signed, p.currency, concat(left(p.file_id, 12), ':', p.row_no) FROM odoo_payment_current AS p JOIN o ON o.entity = p.entity AND (p.memo = o.order_name OR p.memo = concat('Refund ', o.order_name))
UNION ALL SELECT 6, o.store, concat('settlement line ', l.native_type), concat(l.account, '/', left(l.line_id, 24)), CAST(l.booked_on AS VARCHAR), concat('payout ', coalesce(l.payout_id, 'not yet')), l.net, l.currency, concat(left(l.file_id, 12), ':', l.row_no) FROM line_fact AS l JOIN o ON o.store = l.store AND o.order_name = l.order_name
UNION ALL SELECT DISTINCT 7, o.store, 'payout', concat(p.account, '/', p.payout_id), CAST(p.paid_on AS VARCHAR), p.state, p.payout_amount, p.currency, coalesce(p.bank_line_key, '') FROM payout_proof AS p JOIN line_fact AS l ON l.account = p.account AND l.payout_id = p.payout_id JOIN o ON o.store = l.store AND o.order_name = l.order_name
UNION ALL SELECT 8, o.store, concat('exception ', e.code), e.exception_id, CAST(e.first_seen_on AS VARCHAR), e.state, e.difference, e.currency, e.cause FROM exception AS e JOIN o ON e.subject_key = concat(o.store, '/', o.order_name) OR e.subject_key LIKE concat(o.store, '/', o.order_name, '/%')
)
SELECT s.step, s.store, s.document, s.name, s.day, s.state, s.amount, s.currency, coalesce(n.name || ' row ' || split_part(s.evidence, ':', 2), s.evidence) AS evidence
FROM said AS s LEFT JOIN named AS n ON n.id = split_part(s.evidence, ':', 1)
ORDER BY s.store, s.step, s.day, s.name, s.evidence
