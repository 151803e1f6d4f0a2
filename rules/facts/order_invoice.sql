/*
title = "Invoices of each order, summed"
kind = "fact"
why = "Partial invoices add up; more than the order is a duplicate."
reads = ["invoice_fact"]
*/
SELECT store, order_name, count(*) AS invoices, sum(total) AS total, sum(tax) AS tax, min(invoiced_on) AS invoiced_on, max(total) AS greatest, min(file_id) AS file_id, min(row_no) AS row_no
FROM invoice_fact WHERE move_type <> 'out_refund' AND order_name IS NOT NULL GROUP BY store, order_name
