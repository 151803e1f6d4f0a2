-- The taxes of each orders export by name, with how many rows have them.
SELECT store AS look, tax_name, count(*) AS rows, min(row_no) AS row_no FROM look.sales_order_tax WHERE amount <> 0 GROUP BY store, tax_name ORDER BY look, rows DESC, tax_name
