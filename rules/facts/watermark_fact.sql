/*
title = "Up to when each source is complete"
kind = "fact"
why = "A rule judges nothing beyond the lowest watermark of the sources that it needs."
reads = ["sales_order_current", "order_transaction_current", "settlement_line_current", "payout_current", "bank_statement_current", "odoo_sale_order_current", "odoo_move_current", "odoo_journal_item_current", "odoo_payment_current"]
*/
SELECT 'sales_order' AS source, store AS owner_key, max(created_on) AS complete_until FROM sales_order_current GROUP BY store
UNION ALL SELECT 'order_transaction', store, max(created_on) FROM order_transaction_current GROUP BY store
UNION ALL SELECT 'settlement_line', account, max(booked_on) FROM settlement_line_current GROUP BY account
UNION ALL SELECT 'payout', account, max(paid_on) FROM payout_current GROUP BY account
UNION ALL SELECT 'bank_line', bank_account, max(closed_on) FROM bank_statement_current GROUP BY bank_account
UNION ALL SELECT 'odoo_sale_order', entity, CAST(max(written_at) AS DATE) FROM odoo_sale_order_current WHERE written_at IS NOT NULL GROUP BY entity
UNION ALL SELECT 'odoo_move', entity, CAST(max(written_at) AS DATE) FROM odoo_move_current WHERE written_at IS NOT NULL GROUP BY entity
UNION ALL SELECT 'odoo_journal_item', entity, CAST(max(written_at) AS DATE) FROM odoo_journal_item_current WHERE written_at IS NOT NULL GROUP BY entity
UNION ALL SELECT 'odoo_payment', entity, CAST(max(written_at) AS DATE) FROM odoo_payment_current WHERE written_at IS NOT NULL GROUP BY entity
