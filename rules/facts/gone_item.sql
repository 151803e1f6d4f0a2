/*
title = "What the entries that are gone from Odoo had on each account"
kind = "fact"
why = "Debit less credit of the items of entries that were deleted: by so much the account's balance is another one than it was."
reads = ["gone_document", "row_superseded", "odoo_journal_item", "odoo_journal_item_current"]
*/
WITH item AS (
  SELECT DISTINCT i.entity, i.odoo_id, i.account_code, i.debit - i.credit AS amount
  FROM row_superseded AS s JOIN odoo_journal_item AS i ON s.table_name = 'odoo_journal_item' AND i.file_id = s.file_id AND i.row_no = s.row_no
  JOIN gone_document AS g ON g.what = 'entry' AND g.entity = i.entity AND g.odoo_id = i.move_odoo_id
  WHERE s.by_row_no = 1 AND i.parent_state = 'posted' AND NOT EXISTS (SELECT 1 FROM odoo_journal_item_current AS c WHERE c.entity = i.entity AND c.odoo_id = i.odoo_id)
)
SELECT entity, account_code, sum(amount) AS amount, count(*) AS items FROM item GROUP BY entity, account_code
