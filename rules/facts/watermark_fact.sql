/*
title = "Up to when each source is complete"
kind = "fact"
why = "A rule judges nothing beyond the lowest watermark of the sources that it needs. A statement says its day; anything else is complete up to its newest row; an extract of Odoo was taken during the day of its newest row, so that day is not complete, and extracts that came together were taken together. A row that is dated after the day on which it came moves no watermark."
reads = ["sales_order", "order_transaction", "settlement_line", "payout", "bank_statement", "odoo_sale_order", "odoo_move", "odoo_journal_item", "odoo_payment", "dispute", "gift_card", "gift_card_movement", "store_credit_movement", "tax_transaction", "fulfillment", "order_return", "order_refund", "odoo_picking", "file", "odoo_statement_line", "sales_report_day", "trial_balance_line"]
*/
WITH landed AS (
  SELECT 'sales_order' AS source, store AS owner_key, file_id, max(CASE WHEN created_on > CAST(known_at AS DATE) + 1 THEN NULL ELSE created_on END) AS day FROM sales_order GROUP BY store, file_id
  UNION ALL SELECT 'order_transaction', store, file_id, max(CASE WHEN created_on > CAST(known_at AS DATE) + 1 THEN NULL ELSE created_on END) FROM order_transaction GROUP BY store, file_id
  UNION ALL SELECT 'settlement_line', account, file_id, greatest(max(CASE WHEN booked_on > CAST(known_at AS DATE) + 1 THEN NULL ELSE booked_on END), max(CASE WHEN payout_status = 'paid' THEN payout_on END)) FROM settlement_line GROUP BY account, file_id
  UNION ALL SELECT 'payout', account, file_id, greatest(max(CASE WHEN booked_on > CAST(known_at AS DATE) + 1 THEN NULL ELSE booked_on END), max(CASE WHEN payout_status = 'paid' THEN payout_on END)) FROM settlement_line GROUP BY account, file_id
  UNION ALL SELECT 'payout', account, file_id, max(CASE WHEN status IN ('paid', 'failed', 'canceled') THEN paid_on END) FROM payout GROUP BY account, file_id
  UNION ALL SELECT 'bank_line', bank_account, file_id, max(closed_on) FROM bank_statement GROUP BY bank_account, file_id
  UNION ALL SELECT 'odoo_sale_order', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_sale_order GROUP BY entity, file_id
  UNION ALL SELECT 'odoo_move', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_move GROUP BY entity, file_id
  UNION ALL SELECT 'odoo_journal_item', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_journal_item GROUP BY entity, file_id
  UNION ALL SELECT 'sales_report_day', store, file_id, max(sold_on) FROM sales_report_day GROUP BY store, file_id
  UNION ALL SELECT 'trial_balance_line', entity, file_id, max(as_of_on) FROM trial_balance_line GROUP BY entity, file_id
  UNION ALL SELECT 'odoo_statement_line', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_statement_line GROUP BY entity, file_id
  UNION ALL SELECT 'odoo_payment', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_payment GROUP BY entity, file_id
  UNION ALL SELECT 'odoo_picking', entity, file_id, CAST(max(written_at) AS DATE) - 1 FROM odoo_picking GROUP BY entity, file_id
  UNION ALL SELECT 'dispute', account, file_id, CAST(max(initiated_at) AS DATE) FROM dispute GROUP BY account, file_id
  UNION ALL SELECT 'gift_card', store, file_id, max(issued_on) FROM gift_card GROUP BY store, file_id
  UNION ALL SELECT 'gift_card_movement', store, file_id, max(moved_on) FROM gift_card_movement GROUP BY store, file_id
  UNION ALL SELECT 'store_credit_movement', store, file_id, max(moved_on) FROM store_credit_movement GROUP BY store, file_id
  UNION ALL SELECT 'tax_transaction', place, file_id, max(dated_on) FROM tax_transaction GROUP BY place, file_id
  UNION ALL SELECT 'fulfillment', store, file_id, max(created_on) FROM fulfillment GROUP BY store, file_id
  UNION ALL SELECT 'order_return', store, file_id, max(coalesce(closed_on, created_on)) FROM order_return GROUP BY store, file_id
  UNION ALL SELECT 'order_refund', store, file_id, max(refunded_on) FROM order_refund GROUP BY store, file_id
), arrived AS (
  SELECT l.source, l.owner_key, l.day, f.importer, f.known_at FROM landed AS l JOIN file AS f ON f.file_id = l.file_id AND f.state <> 'duplicate'
), taken AS (
  -- a file of its own, with or without rows, or rows in a file of several accounts
  SELECT t.source, t.owner_key, max(t.known_at) AS known_at
  FROM (
    SELECT a.source, a.owner_key, f.known_at FROM (SELECT DISTINCT source, owner_key, importer FROM arrived) AS a JOIN file AS f ON f.importer = a.importer AND f.context = a.owner_key
    UNION ALL SELECT a.source, a.owner_key, a.known_at FROM arrived AS a
  ) AS t GROUP BY t.source, t.owner_key
)
SELECT t.source, t.owner_key, max(a.day) AS complete_until, t.known_at
FROM taken AS t
JOIN arrived AS a ON a.owner_key = t.owner_key AND (a.source = t.source OR (a.source LIKE 'odoo%' AND t.source LIKE 'odoo%' AND a.known_at <= t.known_at))
GROUP BY t.source, t.owner_key, t.known_at
