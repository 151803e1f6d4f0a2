-- Rows of every relation that is a side of a rule: in all, and in the period that coverage speaks of. Written by docs/generate.py from the rules' headers.
INSERT INTO fact.side_count
SELECT 'payout_fact', count(*), count(*) FILTER (WHERE t.paid_on >= p.seen_from OR t.paid_on IS NULL) FROM payout_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'bank_line_current', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM bank_line_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'tender', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM tender AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'settlement_line_current', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM settlement_line_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_statement_line_current', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM odoo_statement_line_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_move_current', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM odoo_move_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'bank_statement_current', count(*), count(*) FILTER (WHERE t.closed_on >= p.seen_from OR t.closed_on IS NULL) FROM bank_statement_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'gift_card_current', count(*), count(*) FROM gift_card_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'gift_card_movement_current', count(*), count(*) FROM gift_card_movement_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'order_transaction_current', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM order_transaction_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'refund_fact', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM refund_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'store_credit_movement_current', count(*), count(*) FROM store_credit_movement_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'store_credit_fact', count(*), count(*) FROM store_credit_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'order_fact', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM order_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'dispute_current', count(*), count(*) FROM dispute_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_journal_item_current', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM odoo_journal_item_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'line_fact', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM line_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'feed', count(*), count(*) FROM feed AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'file', count(*), count(*) FROM file AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'map_fee_schedule', count(*), count(*) FROM map_fee_schedule AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'sales_order_current', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM sales_order_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_sale_order_current', count(*), count(*) FILTER (WHERE t.ordered_at >= p.seen_from OR t.ordered_at IS NULL) FROM odoo_sale_order_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'map_ownership', count(*), count(*) FROM map_ownership AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_product_current', count(*), count(*) FROM odoo_product_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'held_value', count(*), count(*) FROM held_value AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'settlement_line', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM settlement_line AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'map_processor_account', count(*), count(*) FROM map_processor_account AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'payout_current', count(*), count(*) FILTER (WHERE t.paid_on >= p.seen_from OR t.paid_on IS NULL) FROM payout_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'settlement_batch_current', count(*), count(*) FILTER (WHERE t.closed_on >= p.seen_from OR t.closed_on IS NULL) FROM settlement_batch_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'payout_role_fact', count(*), count(*) FROM payout_role_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'posting_acknowledgement_current', count(*), count(*) FILTER (WHERE t.posted_on >= p.seen_from OR t.posted_on IS NULL) FROM posting_acknowledgement_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'journal_entry', count(*), count(*) FILTER (WHERE t.booked_on >= p.seen_from OR t.booked_on IS NULL) FROM journal_entry AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'trial_balance_line_current', count(*), count(*) FILTER (WHERE t.as_of_on >= p.seen_from OR t.as_of_on IS NULL) FROM trial_balance_line_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'fulfillment_current', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM fulfillment_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'odoo_picking_current', count(*), count(*) FROM odoo_picking_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'order_refund_current', count(*), count(*) FROM order_refund_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'order_return_current', count(*), count(*) FILTER (WHERE t.created_on >= p.seen_from OR t.created_on IS NULL) FROM order_return_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'tax_transaction_current', count(*), count(*) FROM tax_transaction_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'map_tax', count(*), count(*) FROM map_tax AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'sales_report_day_current', count(*), count(*) FILTER (WHERE t.sold_on >= p.seen_from OR t.sold_on IS NULL) FROM sales_report_day_current AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'clearing_fact', count(*), count(*) FILTER (WHERE t.as_of >= p.seen_from OR t.as_of IS NULL) FROM clearing_fact AS t CROSS JOIN fact.coverage_period AS p
UNION ALL
SELECT 'map_account', count(*), count(*) FROM map_account AS t CROSS JOIN fact.coverage_period AS p
