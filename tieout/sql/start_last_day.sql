-- The last day of which any file speaks.
SELECT max(day) FROM (
  SELECT max(created_on) AS day FROM look.sales_order UNION ALL SELECT max(created_on) FROM look.order_transaction UNION ALL SELECT max(booked_on) FROM look.settlement_line
  UNION ALL SELECT max(booked_on) FROM look.bank_line UNION ALL SELECT max(closed_on) FROM look.bank_statement UNION ALL SELECT max(booked_on) FROM look.odoo_move WHERE state = 'posted'
)
