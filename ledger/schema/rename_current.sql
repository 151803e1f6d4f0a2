-- The first set of source tables becomes <table>_current, comments included; sources.sql then makes the second set. Written by docs/generate.py from sources.sql.
ALTER TABLE sales_order RENAME TO sales_order_current;
ALTER TABLE sales_order_line RENAME TO sales_order_line_current;
ALTER TABLE sales_order_tax RENAME TO sales_order_tax_current;
ALTER TABLE order_transaction RENAME TO order_transaction_current;
ALTER TABLE settlement_line RENAME TO settlement_line_current;
ALTER TABLE payout RENAME TO payout_current;
ALTER TABLE bank_statement RENAME TO bank_statement_current;
ALTER TABLE bank_line RENAME TO bank_line_current;
ALTER TABLE odoo_sale_order RENAME TO odoo_sale_order_current;
ALTER TABLE odoo_move RENAME TO odoo_move_current;
ALTER TABLE odoo_journal_item RENAME TO odoo_journal_item_current;
ALTER TABLE odoo_payment RENAME TO odoo_payment_current;
ALTER TABLE odoo_account RENAME TO odoo_account_current;
ALTER TABLE odoo_journal RENAME TO odoo_journal_current;
ALTER TABLE gift_card RENAME TO gift_card_current;
ALTER TABLE stock_level RENAME TO stock_level_current;
