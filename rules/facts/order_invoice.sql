/*
title = "Invoices of each order, summed"
kind = "fact"
why = "Partial invoices add up; more than the order is a duplicate. What was taken back does not count."
reads = ["invoice_fact", "invoice_taken_back"]
*/
SELECT store, order_name, count(*) AS invoices, sum(total) AS total, sum(tax) AS tax, min(invoiced_on) AS invoiced_on, max(total) AS greatest, min(file_id) AS file_id, min(row_no) AS row_no
FROM invoice_fact AS i WHERE move_type <> 'out_refund' AND order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
GROUP BY store, order_name
