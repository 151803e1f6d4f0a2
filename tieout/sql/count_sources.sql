-- Current rows of every source table by currency, with the sum of their money where the rows name their currency. Written by docs/generate.py from sources.sql.
INSERT INTO fact.source_count
SELECT 'sales_order', currency, count(*), sum(total) FROM sales_order_current GROUP BY currency
UNION ALL
SELECT 'sales_order_line', NULL, count(*), 0 FROM sales_order_line_current HAVING count(*) > 0
UNION ALL
SELECT 'sales_order_tax', NULL, count(*), 0 FROM sales_order_tax_current HAVING count(*) > 0
UNION ALL
SELECT 'order_transaction', currency, count(*), sum(amount) FROM order_transaction_current GROUP BY currency
UNION ALL
SELECT 'settlement_line', currency, count(*), sum(net) FROM settlement_line_current GROUP BY currency
UNION ALL
SELECT 'settlement_batch', currency, count(*), sum(movement) FROM settlement_batch_current GROUP BY currency
UNION ALL
SELECT 'payout', currency, count(*), sum(amount) FROM payout_current GROUP BY currency
UNION ALL
SELECT 'bank_statement', currency, count(*), sum(movement) FROM bank_statement_current GROUP BY currency
UNION ALL
SELECT 'bank_line', currency, count(*), sum(amount) FROM bank_line_current GROUP BY currency
UNION ALL
SELECT 'odoo_sale_order', currency, count(*), sum(total) FROM odoo_sale_order_current GROUP BY currency
UNION ALL
SELECT 'odoo_move', currency, count(*), sum(total) FROM odoo_move_current GROUP BY currency
UNION ALL
SELECT 'odoo_journal_item', currency, count(*), sum(debit) FROM odoo_journal_item_current GROUP BY currency
UNION ALL
SELECT 'odoo_payment', currency, count(*), sum(amount) FROM odoo_payment_current GROUP BY currency
UNION ALL
SELECT 'odoo_account', NULL, count(*), 0 FROM odoo_account_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_journal', NULL, count(*), 0 FROM odoo_journal_current HAVING count(*) > 0
UNION ALL
SELECT 'gift_card', currency, count(*), sum(balance) FROM gift_card_current GROUP BY currency
UNION ALL
SELECT 'stock_level', NULL, count(*), 0 FROM stock_level_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_sale_order_line', currency, count(*), sum(total) FROM odoo_sale_order_line_current GROUP BY currency
UNION ALL
SELECT 'odoo_statement_line', currency, count(*), sum(amount) FROM odoo_statement_line_current GROUP BY currency
UNION ALL
SELECT 'odoo_tax', NULL, count(*), 0 FROM odoo_tax_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_product', NULL, count(*), 0 FROM odoo_product_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_partner', NULL, count(*), 0 FROM odoo_partner_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_stock_move', NULL, count(*), 0 FROM odoo_stock_move_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_picking', NULL, count(*), 0 FROM odoo_picking_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_partial_reconcile', NULL, count(*), 0 FROM odoo_partial_reconcile_current HAVING count(*) > 0
UNION ALL
SELECT 'odoo_currency_rate', currency, count(*), 0 FROM odoo_currency_rate_current GROUP BY currency
UNION ALL
SELECT 'odoo_lock_date', NULL, count(*), 0 FROM odoo_lock_date_current HAVING count(*) > 0
UNION ALL
SELECT 'shipment', NULL, count(*), 0 FROM shipment_current HAVING count(*) > 0
UNION ALL
SELECT 'goods_receipt', NULL, count(*), 0 FROM goods_receipt_current HAVING count(*) > 0
UNION ALL
SELECT 'carrier_invoice_line', currency, count(*), sum(amount) FROM carrier_invoice_line_current GROUP BY currency
UNION ALL
SELECT 'loyalty_movement', currency, count(*), sum(amount) FROM loyalty_movement_current GROUP BY currency
UNION ALL
SELECT 'crm_contact', NULL, count(*), 0 FROM crm_contact_current HAVING count(*) > 0
UNION ALL
SELECT 'connector_event', NULL, count(*), 0 FROM connector_event_current HAVING count(*) > 0
UNION ALL
SELECT 'processor_fee_schedule', currency, count(*), 0 FROM processor_fee_schedule_current GROUP BY currency
UNION ALL
SELECT 'trial_balance_line', currency, count(*), sum(closing) FROM trial_balance_line_current GROUP BY currency
UNION ALL
SELECT 'posting_acknowledgement', currency, count(*), sum(debit) FROM posting_acknowledgement_current GROUP BY currency
UNION ALL
SELECT 'customer', NULL, count(*), 0 FROM customer_current HAVING count(*) > 0
UNION ALL
SELECT 'product_variant', NULL, count(*), 0 FROM product_variant_current HAVING count(*) > 0
UNION ALL
SELECT 'discount', NULL, count(*), 0 FROM discount_current HAVING count(*) > 0
UNION ALL
SELECT 'sales_report_day', currency, count(*), sum(total_sales) FROM sales_report_day_current GROUP BY currency
UNION ALL
SELECT 'payment_report_line', currency, count(*), sum(net) FROM payment_report_line_current GROUP BY currency
UNION ALL
SELECT 'fulfillment', NULL, count(*), 0 FROM fulfillment_current HAVING count(*) > 0
UNION ALL
SELECT 'order_refund', currency, count(*), sum(amount) FROM order_refund_current GROUP BY currency
UNION ALL
SELECT 'refund_line', currency, count(*), sum(amount) FROM refund_line_current GROUP BY currency
UNION ALL
SELECT 'order_return', NULL, count(*), 0 FROM order_return_current HAVING count(*) > 0
UNION ALL
SELECT 'order_sale', currency, count(*), sum(amount) FROM order_sale_current GROUP BY currency
UNION ALL
SELECT 'settlement_allocation', currency, count(*), sum(amount) FROM settlement_allocation_current GROUP BY currency
UNION ALL
SELECT 'dispute', currency, count(*), sum(amount) FROM dispute_current GROUP BY currency
UNION ALL
SELECT 'store_credit_movement', currency, count(*), sum(amount) FROM store_credit_movement_current GROUP BY currency
UNION ALL
SELECT 'gift_card_movement', currency, count(*), sum(amount) FROM gift_card_movement_current GROUP BY currency
UNION ALL
SELECT 'tax_transaction', currency, count(*), sum(amount) FROM tax_transaction_current GROUP BY currency
UNION ALL
SELECT 'tax_transaction_line', NULL, count(*), 0 FROM tax_transaction_line_current HAVING count(*) > 0
UNION ALL
SELECT 'pos_closing', currency, count(*), sum(amount) FROM pos_closing_current GROUP BY currency
UNION ALL
SELECT 'pos_closing_case', NULL, count(*), 0 FROM pos_closing_case_current HAVING count(*) > 0
UNION ALL
SELECT 'pos_closing_payment', NULL, count(*), 0 FROM pos_closing_payment_current HAVING count(*) > 0
UNION ALL
SELECT 'opening_position', currency, count(*), sum(amount) FROM opening_position_current GROUP BY currency
