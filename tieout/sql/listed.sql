-- What stands in force in Odoo, of every list that is exported whole: the day and the place of each row there. A document that was reset to draft or cancelled is in no such list.
CREATE OR REPLACE TEMP VIEW listed AS
SELECT 'odoo_move' AS table_name, entity, odoo_id, booked_on AS day, concat_ws('/', journal, move_type) AS place, written_at, file_id, row_no FROM odoo_move_current WHERE state = 'posted'
UNION ALL SELECT 'odoo_journal_item', entity, odoo_id, booked_on, concat_ws('/', journal, account_code), written_at, file_id, row_no FROM odoo_journal_item_current WHERE parent_state = 'posted'
UNION ALL SELECT 'odoo_payment', entity, odoo_id, paid_on, concat_ws('/', journal, payment_type), written_at, file_id, row_no FROM odoo_payment_current WHERE state NOT IN ('draft', 'cancel', 'canceled', 'rejected')
UNION ALL SELECT 'odoo_sale_order', entity, odoo_id, CAST(ordered_at AS DATE), '', written_at, file_id, row_no FROM odoo_sale_order_current WHERE state IN ('sale', 'done')
UNION ALL SELECT 'odoo_sale_order_line', entity, odoo_id, NULL, '', written_at, file_id, row_no FROM odoo_sale_order_line_current WHERE coalesce(state, 'sale') IN ('sale', 'done')
UNION ALL SELECT 'odoo_statement_line', entity, odoo_id, booked_on, coalesce(journal, ''), written_at, file_id, row_no FROM odoo_statement_line_current
