-- The first day that any landed row speaks of.
SELECT CAST(min(day) AS DATE) - 7 FROM (
  SELECT min(created_on) AS day FROM sales_order UNION ALL SELECT min(created_on) FROM order_transaction UNION ALL SELECT min(booked_on) FROM settlement_line
  UNION ALL SELECT min(paid_on) FROM payout UNION ALL SELECT min(booked_on) FROM bank_line)
