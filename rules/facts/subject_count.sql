/*
title = "How many subjects each day has"
kind = "fact"
why = "What a rule did not look at is counted in subjects, day by day and owner by owner."
reads = ["order_fact", "tender", "refund_fact", "line_fact", "payout_fact", "bank_line_current", "invoice_fact", "dispute_fact", "map_processor_account", "map_bank_account", "sales_report_day_current", "map_store"]
*/
SELECT 'order' AS subject_kind, entity, store, NULL AS account, NULL AS bank_account, created_on AS day, count(*) AS subjects FROM order_fact GROUP BY entity, store, created_on
UNION ALL
SELECT 'order_transaction', t.entity, t.store, t.account, p.bank_account, t.created_on, count(*)
FROM tender AS t LEFT JOIN map_processor_account AS p ON p.account = t.account AND t.created_on BETWEEN p.valid_from AND p.valid_to WHERE t.by_processor AND t.side = 'sale' GROUP BY t.entity, t.store, t.account, p.bank_account, t.created_on
UNION ALL
SELECT 'refund', r.entity, r.store, r.account, p.bank_account, r.created_on, count(*)
FROM refund_fact AS r LEFT JOIN map_processor_account AS p ON p.account = r.account AND r.created_on BETWEEN p.valid_from AND p.valid_to WHERE r.by_processor GROUP BY r.entity, r.store, r.account, p.bank_account, r.created_on
UNION ALL
SELECT 'settlement_line', l.entity, l.store, l.account, p.bank_account, l.booked_on, count(*)
FROM line_fact AS l LEFT JOIN map_processor_account AS p ON p.account = l.account AND l.booked_on BETWEEN p.valid_from AND p.valid_to GROUP BY l.entity, l.store, l.account, p.bank_account, l.booked_on
UNION ALL
SELECT 'payout', entity, NULL, account, bank_account, paid_on, count(*) FROM payout_fact WHERE status = 'paid' GROUP BY entity, account, bank_account, paid_on
UNION ALL
SELECT 'bank_line', a.entity, NULL, p.account, b.bank_account, b.booked_on, count(*)
FROM bank_line_current AS b
JOIN (SELECT bank_account, processor, min(account) AS account FROM map_processor_account GROUP BY bank_account, processor) AS p ON p.bank_account = b.bank_account AND p.processor = b.processor
LEFT JOIN map_bank_account AS a ON a.bank_account = b.bank_account AND b.booked_on BETWEEN a.valid_from AND a.valid_to
GROUP BY a.entity, p.account, b.bank_account, b.booked_on
UNION ALL
SELECT 'odoo_document', entity, store, NULL, NULL, booked_on, count(*) FROM invoice_fact WHERE move_type = 'out_refund' GROUP BY entity, store, booked_on
UNION ALL
SELECT 'dispute', entity, NULL, account, bank_account, initiated_on, count(*) FROM dispute_fact WHERE initiated_on IS NOT NULL GROUP BY entity, account, bank_account, initiated_on
UNION ALL
SELECT 'store_day', m.entity, d.store, NULL, NULL, d.sold_on, count(*)
FROM sales_report_day_current AS d LEFT JOIN map_store AS m ON m.store = d.store AND d.sold_on BETWEEN m.valid_from AND m.valid_to GROUP BY m.entity, d.store, d.sold_on
