-- The straight statements of the floors, one per code: code, subject, currency, expected, actual. Over plain tables; no evidence, no history, no settings beyond four maps.

-- What the statements about payouts share: a list of payouts without ids is bound to the lines by account, day and total, and where one remains on a day, by the day.
CREATE TEMP TABLE payout AS
WITH summed AS (
  SELECT account, payout_id, min(payout_on) AS paid_on, sum(net) AS net, count(*) AS lines FROM settlement_line WHERE payout_id IS NOT NULL AND event_type <> 'payout' GROUP BY account, payout_id),
stated AS (
  SELECT p.*, s.payout_id, s.net FROM payout_listed AS p LEFT JOIN summed AS s ON s.account = p.account AND s.paid_on = p.paid_on AND s.net = p.total),
bound AS (
  FROM stated WHERE payout_id IS NOT NULL
  UNION ALL BY NAME
  SELECT p.* EXCLUDE (payout_id, net), s.payout_id, s.net FROM stated AS p JOIN summed AS s ON s.account = p.account AND s.paid_on = p.paid_on
  WHERE p.payout_id IS NULL AND NOT EXISTS (SELECT 1 FROM stated AS o WHERE o.account = s.account AND o.payout_id = s.payout_id)
  UNION ALL BY NAME
  SELECT l.account, l.payout_on AS paid_on, l.status, - l.net AS total, l.currency, l.bank_reference, l.payout_id, s.net
  FROM settlement_line AS l JOIN summed AS s ON s.account = l.account AND s.payout_id = l.payout_id WHERE l.event_type = 'payout')
SELECT b.*, concat(b.account, '/', b.payout_id) AS subject, a.entity, a.bank_account, a.processor FROM bound AS b JOIN map_processor_account AS a ON a.account = b.account;

-- Orders and Odoo

SELECT 'SO_MISSING', concat(o.store, '/', o.order_name), o.currency, o.total, NULL FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
WHERE o.financial_status NOT IN ('voided', 'expired') AND NOT EXISTS (SELECT 1 FROM odoo_sale_order AS s WHERE s.entity = m.entity AND s.client_order_ref = o.order_name);

SELECT 'SO_DUPLICATE', concat(o.store, '/', o.order_name), o.currency, NULL, s.total - o.total FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, client_order_ref, sum(total) AS total FROM odoo_sale_order WHERE state <> 'cancel' GROUP BY ALL HAVING count(*) > 1) AS s ON s.entity = m.entity AND s.client_order_ref = o.order_name;

SELECT 'SO_TOTAL_DIFF', concat(o.store, '/', o.order_name), o.currency, o.total, s.total FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, client_order_ref, count(*) AS n, sum(total) AS total FROM odoo_sale_order WHERE state <> 'cancel' GROUP BY ALL) AS s ON s.entity = m.entity AND s.client_order_ref = o.order_name
WHERE s.n = 1 AND o.financial_status NOT IN ('voided', 'expired') AND abs(s.total - o.total) > 0.05;

SELECT 'NOT_INVOICED', concat(o.store, '/', o.order_name), o.currency, o.total, NULL FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
WHERE o.financial_status IN ('paid', 'partially_refunded', 'refunded') AND o.total > 0 AND o.created_on < getvariable('as_of') - 7
  AND EXISTS (SELECT 1 FROM odoo_sale_order AS s WHERE s.entity = m.entity AND s.client_order_ref = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM odoo_move AS i WHERE i.entity = m.entity AND i.move_type = 'out_invoice' AND i.state = 'posted' AND i.ref = o.order_name);

SELECT 'INVOICE_TOTAL_DIFF', concat(o.store, '/', o.order_name), o.currency, o.total, i.total FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i ON i.entity = m.entity AND i.ref = o.order_name
WHERE o.financial_status NOT IN ('voided', 'expired') AND (i.n = 1 OR i.total < o.total) AND abs(i.total - o.total) > 0.05;

SELECT 'INVOICE_DUPLICATE', concat(o.store, '/', o.order_name), o.currency, NULL, i.total - o.total FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total, max(total) AS greatest FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i
  ON i.entity = m.entity AND i.ref = o.order_name
WHERE i.n > 1 AND (i.total - o.total) * 2 >= i.greatest;

SELECT 'TAX_AMOUNT_DIFF', concat(o.store, '/', o.order_name), o.currency, o.taxes, i.tax FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total, sum(tax) AS tax FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i ON i.entity = m.entity AND i.ref = o.order_name
WHERE i.n = 1 AND o.financial_status NOT IN ('voided', 'expired') AND abs(i.tax - o.taxes) > 0.10 AND abs(i.total - o.total) <= 0.10;

SELECT 'CUTOFF_INVOICE', concat(o.store, '/', o.order_name), o.currency, o.total, NULL FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, min(booked_on) AS booked_on FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i ON i.entity = m.entity AND i.ref = o.order_name
WHERE date_trunc('month', i.booked_on) > date_trunc('month', o.created_on) AND i.booked_on > o.created_on + 1;

-- Payments

SELECT 'PAYMENT_SUM_DIFF', concat(o.store, '/', o.order_name), o.currency, o.total - coalesce(o.outstanding, 0) - o.refunded, coalesce(t.received, 0) FROM sales_order AS o
LEFT JOIN (
  SELECT store, order_name, sum(CASE WHEN kind = 'refund' THEN - amount ELSE amount END) AS received FROM order_transaction
  WHERE status = 'success' AND kind IN ('sale', 'capture', 'refund') GROUP BY store, order_name) AS t ON t.store = o.store AND t.order_name = o.order_name
WHERE o.financial_status IN ('paid', 'partially_refunded', 'refunded') AND o.total - coalesce(o.outstanding, 0) - o.refunded <> coalesce(t.received, 0);

SELECT 'GATEWAY_UNMAPPED', concat(t.store, '/', t.order_name, '/', t.ordinal), t.currency, t.amount, NULL FROM order_transaction AS t
WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND NOT EXISTS (SELECT 1 FROM map_gateway AS g WHERE g.store = t.store AND g.gateway = t.gateway);

SELECT 'UNSETTLED_OVERDUE', concat(t.store, '/', t.order_name, '/', t.ordinal), t.currency, t.amount, NULL FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
WHERE t.status = 'success' AND t.kind IN ('sale', 'capture') AND t.amount > 0 AND g.account IN (SELECT account FROM map_processor_account) AND t.created_on < getvariable('as_of') - 10
  AND NOT EXISTS (SELECT 1 FROM settlement_line AS l WHERE l.account = g.account AND l.event_type = 'charge' AND l.order_name = t.order_name);

SELECT 'SETTLED_TWICE', concat(p.store, '/', p.order_name, '/', p.ordinal), p.currency, p.amount * p.n, l.gross * l.n
FROM (SELECT account, order_name, gross, count(*) AS n FROM settlement_line WHERE event_type = 'charge' AND gross > 0 AND order_name IS NOT NULL GROUP BY ALL) AS l
JOIN (
  SELECT t.store, g.account, t.order_name, t.amount, t.currency, min(t.ordinal) AS ordinal, count(*) AS n FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture') GROUP BY ALL) AS p ON p.account = l.account AND p.order_name = l.order_name AND p.amount = l.gross
WHERE l.n > p.n;

SELECT 'SETTLED_AMOUNT_DIFF', concat(p.store, '/', p.order_name, '/', p.ordinal), p.currency, p.amount, l.gross
FROM (SELECT account, order_name, sum(gross) AS gross, count(*) AS n FROM settlement_line WHERE event_type = 'charge' AND order_name IS NOT NULL GROUP BY ALL) AS l
JOIN (
  SELECT t.store, g.account, t.order_name, t.currency, sum(t.amount) AS amount, min(t.ordinal) AS ordinal, count(*) AS n FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture') GROUP BY ALL) AS p ON p.account = l.account AND p.order_name = l.order_name
WHERE l.n = p.n AND l.gross <> p.amount;

SELECT 'LINE_WITHOUT_ORDER', concat(l.account, '/', coalesce(l.line_id, concat('@', strftime(l.occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', l.gross::DECIMAL(18,2), '|', l.net::DECIMAL(18,2)))), l.currency, NULL, l.gross
FROM settlement_line AS l WHERE l.event_type = 'charge' AND l.order_name IS NULL;

SELECT 'FEE_OVERCHARGED', concat(l.account, '/', coalesce(l.line_id, concat('@', strftime(l.occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', l.gross::DECIMAL(18,2), '|', l.net::DECIMAL(18,2)))), l.currency,
  round(l.gross * f.percent * 0.01 + f.fixed, 2), l.fee
FROM settlement_line AS l JOIN map_fee AS f ON f.account = l.account AND f.method = l.method
WHERE l.event_type = 'charge' AND l.fee - round(l.gross * f.percent * 0.01 + f.fixed, 2) > 0.02;

SELECT 'TYPE_UNKNOWN', concat(l.account, '/', coalesce(l.line_id, concat('@', strftime(l.occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', l.gross::DECIMAL(18,2), '|', l.net::DECIMAL(18,2)))), l.currency, NULL, l.gross
FROM settlement_line AS l
WHERE l.event_type NOT IN ('charge', 'refund', 'adjustment', 'chargeback', 'reserved_funds', 'dispute', 'dispute_reversal', 'fee', 'other_adjustment', 'risk_reserved_funds', 'payout');

-- Refunds

SELECT 'REFUND_NOT_CREDITED', concat(t.store, '/', t.order_name, '/', t.of_kind), t.currency, t.amount, NULL FROM order_transaction AS t JOIN map_store AS m ON m.store = t.store
WHERE t.status = 'success' AND t.kind = 'refund' AND t.created_on < getvariable('as_of') - 5 AND NOT EXISTS (
  SELECT 1 FROM odoo_move AS c JOIN odoo_move AS i ON i.entity = c.entity AND i.odoo_id = c.reversal_of
  WHERE c.entity = m.entity AND c.move_type = 'out_refund' AND c.state = 'posted' AND i.ref = t.order_name AND c.total = t.amount);

SELECT 'CREDIT_NOTE_WITHOUT_REFUND', c.subject, c.currency, NULL, c.total FROM odoo_move AS c JOIN odoo_move AS i ON i.entity = c.entity AND i.odoo_id = c.reversal_of
JOIN map_store AS m ON m.entity = c.entity
WHERE c.move_type = 'out_refund' AND c.state = 'posted'
  AND NOT EXISTS (SELECT 1 FROM order_transaction AS t WHERE t.store = m.store AND t.order_name = i.ref AND t.status = 'success' AND t.kind = 'refund' AND t.amount = c.total);

SELECT 'REFUND_UNSETTLED', concat(t.store, '/', t.order_name, '/', t.of_kind), t.currency, t.amount, NULL FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
WHERE t.status = 'success' AND t.kind = 'refund' AND g.account IN (SELECT account FROM map_processor_account) AND t.created_on < getvariable('as_of') - 10
  AND NOT EXISTS (SELECT 1 FROM settlement_line AS l WHERE l.account = g.account AND l.event_type = 'refund' AND l.order_name = t.order_name AND l.gross = - t.amount);

SELECT 'REFUND_OUTSIDE_SHOPIFY', concat(l.account, '/', coalesce(l.line_id, concat('@', strftime(l.occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', l.gross::DECIMAL(18,2), '|', l.net::DECIMAL(18,2)))), l.currency, NULL, l.gross
FROM settlement_line AS l
WHERE l.event_type = 'refund' AND NOT EXISTS (
  SELECT 1 FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
  WHERE g.account = l.account AND t.order_name = l.order_name AND t.status = 'success' AND t.kind = 'refund' AND t.amount = - l.gross);

-- Payouts, bank and books

SELECT 'PAYOUT_NOT_DECOMPOSED', p.subject, p.currency, p.total, p.net FROM payout AS p WHERE p.status = 'paid' AND p.net <> p.total;

SELECT 'PAYOUT_NOT_IN_BANK', p.subject, p.currency, p.total, NULL FROM payout AS p
WHERE p.status = 'paid' AND p.paid_on < getvariable('as_of') - 7 AND NOT EXISTS (SELECT 1 FROM bank_line AS b WHERE b.bank_account = p.bank_account AND b.reference = p.bank_reference);

SELECT 'BANK_FEE_UNEXPECTED', b.subject, b.currency, p.total, b.amount FROM bank_line AS b JOIN payout AS p ON p.bank_account = b.bank_account AND p.bank_reference = b.reference WHERE b.amount <> p.total;

SELECT 'BANK_UNEXPLAINED', b.subject, b.currency, NULL, b.amount FROM bank_line AS b
WHERE b.amount > 0 AND EXISTS (SELECT 1 FROM map_processor_account AS a WHERE a.bank_account = b.bank_account AND contains(lower(b.told), split_part(a.processor, '_', 1)))
  AND NOT EXISTS (SELECT 1 FROM payout AS p WHERE p.bank_account = b.bank_account AND p.bank_reference = b.reference);

SELECT 'PAYOUT_NOT_POSTED', p.subject, p.currency, p.total, NULL FROM payout AS p
WHERE p.status = 'paid' AND NOT EXISTS (SELECT 1 FROM odoo_move AS e WHERE e.entity = p.entity AND e.move_type = 'entry' AND e.ref = p.payout_id)
  AND EXISTS (SELECT 1 FROM payout AS q JOIN odoo_move AS e ON e.entity = q.entity AND e.move_type = 'entry' AND e.ref = q.payout_id WHERE q.account = p.account AND q.paid_on > p.paid_on);

SELECT 'POSTED_TWICE', p.subject, p.currency, NULL, p.total FROM payout AS p
JOIN (SELECT entity, ref FROM odoo_move WHERE move_type = 'entry' GROUP BY ALL HAVING count(DISTINCT external_id) > 1) AS e ON e.entity = p.entity AND e.ref = p.payout_id;
