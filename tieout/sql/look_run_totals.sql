-- What the books hold, for the end of a run.
SELECT (SELECT count(*) FROM sales_order_current) AS orders, (SELECT count(*) FROM settlement_line_current) AS lines
