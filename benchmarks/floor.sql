-- The straight statements of the floors, one per code: code and subject, no evidence, no history, no settings beyond two maps.
SELECT 'SO_MISSING', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
WHERE o.financial_status NOT IN ('voided', 'expired') AND NOT EXISTS (SELECT 1 FROM odoo_sale_order AS s WHERE s.entity = m.entity AND s.client_order_ref = o.order_name);
SELECT 'SO_DUPLICATE', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, client_order_ref, count(*) AS n FROM odoo_sale_order WHERE state <> 'cancel' GROUP BY ALL HAVING count(*) > 1) AS s ON s.entity = m.entity AND s.client_order_ref = o.order_name;
SELECT 'SO_TOTAL_DIFF', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, client_order_ref, count(*) AS n, sum(total) AS total FROM odoo_sale_order WHERE state <> 'cancel' GROUP BY ALL) AS s ON s.entity = m.entity AND s.client_order_ref = o.order_name
WHERE s.n = 1 AND o.financial_status NOT IN ('voided', 'expired') AND abs(s.total - o.total) > 0.05;
SELECT 'NOT_INVOICED', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
WHERE o.financial_status IN ('paid', 'partially_refunded', 'refunded') AND o.total > 0 AND o.created_on < getvariable('as_of') - 7
  AND EXISTS (SELECT 1 FROM odoo_sale_order AS s WHERE s.entity = m.entity AND s.client_order_ref = o.order_name)
  AND NOT EXISTS (SELECT 1 FROM odoo_move AS i WHERE i.entity = m.entity AND i.move_type = 'out_invoice' AND i.state = 'posted' AND i.ref = o.order_name);
SELECT 'INVOICE_TOTAL_DIFF', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i ON i.entity = m.entity AND i.ref = o.order_name
WHERE o.financial_status NOT IN ('voided', 'expired') AND (i.n = 1 OR i.total < o.total) AND abs(i.total - o.total) > 0.05;
SELECT 'INVOICE_DUPLICATE', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total, max(total) AS greatest FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i
  ON i.entity = m.entity AND i.ref = o.order_name
WHERE i.n > 1 AND (i.total - o.total) * 2 >= i.greatest;
SELECT 'TAX_AMOUNT_DIFF', concat(o.store, '/', o.order_name) FROM sales_order AS o JOIN map_store AS m ON m.store = o.store
JOIN (SELECT entity, ref, count(*) AS n, sum(total) AS total, sum(tax) AS tax FROM odoo_move WHERE move_type = 'out_invoice' AND state = 'posted' GROUP BY ALL) AS i ON i.entity = m.entity AND i.ref = o.order_name
WHERE i.n = 1 AND o.financial_status NOT IN ('voided', 'expired') AND abs(i.tax - o.taxes) > 0.10 AND abs(i.total - o.total) <= 0.10;
SELECT 'PAYMENT_SUM_DIFF', concat(o.store, '/', o.order_name) FROM sales_order AS o
LEFT JOIN (
  SELECT store, order_name, sum(CASE WHEN kind = 'refund' THEN - amount ELSE amount END) AS received FROM order_transaction
  WHERE status = 'success' AND kind IN ('sale', 'capture', 'refund') GROUP BY store, order_name) AS t ON t.store = o.store AND t.order_name = o.order_name
WHERE o.financial_status IN ('paid', 'partially_refunded', 'refunded') AND o.total - coalesce(o.outstanding, 0) - o.refunded <> coalesce(t.received, 0);
SELECT 'GATEWAY_UNMAPPED', concat(t.store, '/', t.order_name) FROM order_transaction AS t
WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND NOT EXISTS (SELECT 1 FROM map_gateway AS g WHERE g.store = t.store AND g.gateway = t.gateway);
SELECT 'UNSETTLED_OVERDUE', concat(t.store, '/', t.order_name) FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
WHERE t.status = 'success' AND t.kind IN ('sale', 'capture') AND t.amount > 0 AND g.account IN (SELECT account FROM map_processor_account) AND t.created_on < getvariable('as_of') - 10
  AND NOT EXISTS (SELECT 1 FROM settlement_line AS l WHERE l.account = g.account AND l.event_type = 'charge' AND l.order_name = t.order_name);
SELECT 'SETTLED_TWICE', concat(p.store, '/', p.order_name)
FROM (SELECT account, order_name, gross, count(*) AS n FROM settlement_line WHERE event_type = 'charge' AND gross > 0 AND order_name IS NOT NULL GROUP BY ALL) AS l
JOIN (
  SELECT t.store, g.account, t.order_name, t.amount, count(*) AS n FROM order_transaction AS t JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture') GROUP BY ALL) AS p ON p.account = l.account AND p.order_name = l.order_name AND p.amount = l.gross
WHERE l.n > p.n;
