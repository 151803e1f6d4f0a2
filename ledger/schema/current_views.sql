-- The cache's <table>_current: every row that no later version has taken the place of. Written by docs/generate.py from sources.sql.
CREATE VIEW sales_order_current AS SELECT b.* FROM sales_order AS b ANTI JOIN row_superseded AS s ON s.table_name = 'sales_order' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW sales_order_line_current AS SELECT b.* FROM sales_order_line AS b ANTI JOIN row_superseded AS s ON s.table_name = 'sales_order_line' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW sales_order_tax_current AS SELECT b.* FROM sales_order_tax AS b ANTI JOIN row_superseded AS s ON s.table_name = 'sales_order_tax' AND s.file_id = b.file_id AND s.row_no = b.row_no AND s.sub_no = b.tax_no;
CREATE VIEW order_transaction_current AS SELECT b.* FROM order_transaction AS b ANTI JOIN row_superseded AS s ON s.table_name = 'order_transaction' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW settlement_line_current AS SELECT b.* FROM settlement_line AS b ANTI JOIN row_superseded AS s ON s.table_name = 'settlement_line' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW payout_current AS SELECT b.* FROM payout AS b ANTI JOIN row_superseded AS s ON s.table_name = 'payout' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW bank_statement_current AS SELECT b.* FROM bank_statement AS b ANTI JOIN row_superseded AS s ON s.table_name = 'bank_statement' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW bank_line_current AS SELECT b.* FROM bank_line AS b ANTI JOIN row_superseded AS s ON s.table_name = 'bank_line' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_sale_order_current AS SELECT b.* FROM odoo_sale_order AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_sale_order' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_move_current AS SELECT b.* FROM odoo_move AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_move' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_journal_item_current AS SELECT b.* FROM odoo_journal_item AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_journal_item' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_payment_current AS SELECT b.* FROM odoo_payment AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_payment' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_account_current AS SELECT b.* FROM odoo_account AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_account' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW odoo_journal_current AS SELECT b.* FROM odoo_journal AS b ANTI JOIN row_superseded AS s ON s.table_name = 'odoo_journal' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW gift_card_current AS SELECT b.* FROM gift_card AS b ANTI JOIN row_superseded AS s ON s.table_name = 'gift_card' AND s.file_id = b.file_id AND s.row_no = b.row_no;
CREATE VIEW stock_level_current AS SELECT b.* FROM stock_level AS b ANTI JOIN row_superseded AS s ON s.table_name = 'stock_level' AND s.file_id = b.file_id AND s.row_no = b.row_no;
