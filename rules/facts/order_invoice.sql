/*
title = "Invoices of each order, summed"
kind = "fact"
why = "Partial invoices add up; more than the order is a duplicate. What was taken back does not count; a credit note that puts a sum right that was too high is taken off it."
reads = ["invoice_fact", "invoice_taken_back", "correcting_note"]
*/
WITH corrected AS (
  SELECT store, order_name, sum(total) AS total, sum(tax) AS tax FROM correcting_note GROUP BY store, order_name
)
SELECT i.store, i.order_name, count(*) AS invoices, sum(i.total) - coalesce(min(c.total), 0) AS total, sum(i.tax) - coalesce(min(c.tax), 0) AS tax, min(invoiced_on) AS invoiced_on, max(i.total) AS greatest, min(file_id) AS file_id, min(row_no) AS row_no
FROM invoice_fact AS i LEFT JOIN corrected AS c ON c.store = i.store AND c.order_name = i.order_name WHERE move_type <> 'out_refund' AND i.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
GROUP BY i.store, i.order_name
