/*
title = "Days of what landed in feeds that had a file refused"
kind = "fact"
why = "Whether a refused file was delivered again, and between which days it lies, is seen by the days of the feed's other files. Only feeds of which a file was refused are looked at."
reads = ["dead_letter", "file", "sales_order", "order_transaction", "settlement_line", "payout", "bank_statement", "odoo_sale_order", "odoo_move", "odoo_journal_item", "odoo_statement_line", "odoo_payment", "odoo_picking", "dispute", "gift_card", "gift_card_movement", "store_credit_movement", "tax_transaction", "fulfillment", "order_return", "order_refund", "sales_report_day", "trial_balance_line"]
*/
WITH listed AS (
  SELECT f.file_id, f.feed, f.name, f.importer, f.known_at FROM file AS f
  WHERE f.state <> 'duplicate' AND f.feed IN (SELECT d.feed FROM dead_letter AS d)
), landed AS (
  SELECT file_id, created_on AS day FROM sales_order GROUP BY file_id, created_on
  UNION ALL SELECT file_id, created_on FROM order_transaction GROUP BY file_id, created_on
  UNION ALL SELECT file_id, booked_on FROM settlement_line GROUP BY file_id, booked_on
  UNION ALL SELECT file_id, payout_on FROM settlement_line GROUP BY file_id, payout_on
  UNION ALL SELECT file_id, paid_on FROM payout GROUP BY file_id, paid_on
  UNION ALL SELECT file_id, closed_on FROM bank_statement GROUP BY file_id, closed_on
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_sale_order GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_move GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_journal_item GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_statement_line GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_payment GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(written_at AS DATE) FROM odoo_picking GROUP BY file_id, CAST(written_at AS DATE)
  UNION ALL SELECT file_id, CAST(initiated_at AS DATE) FROM dispute GROUP BY file_id, CAST(initiated_at AS DATE)
  UNION ALL SELECT file_id, issued_on FROM gift_card GROUP BY file_id, issued_on
  UNION ALL SELECT file_id, moved_on FROM gift_card_movement GROUP BY file_id, moved_on
  UNION ALL SELECT file_id, moved_on FROM store_credit_movement GROUP BY file_id, moved_on
  UNION ALL SELECT file_id, dated_on FROM tax_transaction GROUP BY file_id, dated_on
  UNION ALL SELECT file_id, created_on FROM fulfillment GROUP BY file_id, created_on
  UNION ALL SELECT file_id, coalesce(closed_on, created_on) FROM order_return GROUP BY file_id, coalesce(closed_on, created_on)
  UNION ALL SELECT file_id, refunded_on FROM order_refund GROUP BY file_id, refunded_on
  UNION ALL SELECT file_id, sold_on FROM sales_report_day GROUP BY file_id, sold_on
  UNION ALL SELECT file_id, as_of_on FROM trial_balance_line GROUP BY file_id, as_of_on
)
SELECT DISTINCT l.feed, l.name, l.importer, l.file_id, l.known_at, d.day
FROM listed AS l JOIN landed AS d ON d.file_id = l.file_id
WHERE d.day <= CAST(l.known_at AS DATE) + 1
