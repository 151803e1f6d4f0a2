/*
title = "Sale order, invoice or credit note is in another currency"
kind = "check"
rule = "O-13"
code = "ORDER_CURRENCY_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "The same number in another currency is another amount; the totals look alike."
suggestion = "Correct the pricelist; cancel the document and make it again."
reads = ["order_fact", "sale_order_fact", "invoice_fact", "invoice_taken_back", "order_invoice", "credit_match"]
needs = ["odoo_sale_order"]
against = ["odoo_move_current"]
*/
WITH document AS (
  SELECT s.store, s.order_name, concat('sale order ', s.name) AS name, s.currency, s.total, CAST(NULL AS DECIMAL(38,4)) AS refunded, s.file_id, s.row_no FROM sale_order_fact AS s WHERE s.orders = 1
  UNION ALL
  SELECT i.store, i.order_name, concat('invoice ', i.name), i.currency, i.total, NULL, i.file_id, i.row_no
  FROM invoice_fact AS i JOIN order_invoice AS v ON v.store = i.store AND v.order_name = i.order_name AND v.invoices = 1
  WHERE i.move_type <> 'out_refund' AND NOT coalesce(i.is_shared, FALSE) AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  UNION ALL
  SELECT i.store, i.order_name, concat('credit note ', i.name), i.currency, c.credited, c.refunded, i.file_id, i.row_no
  FROM credit_match AS c JOIN invoice_fact AS i ON i.entity = c.entity AND i.odoo_id = c.odoo_id WHERE c.speaks AND NOT c.is_compared
), told AS (
  -- a document of another amount may be the same money at a rate: that is for the rules of totals
  SELECT o.entity, o.store, o.order_name, o.total, o.currency, o.file_id, o.row_no, string_agg(concat(d.name, ' is in ', d.currency), ', ' ORDER BY d.name) AS words, string_agg(concat(d.file_id, ':', d.row_no), ' ' ORDER BY d.name) AS evidence
  FROM order_fact AS o JOIN document AS d ON d.store = o.store AND d.order_name = o.order_name AND d.currency <> o.currency AND d.total = coalesce(d.refunded, o.total)
  WHERE NOT o.is_void AND o.total > 0 GROUP BY o.entity, o.store, o.order_name, o.total, o.currency, o.file_id, o.row_no
)
SELECT entity, store, concat(store, '/', order_name) AS subject_key, total AS expected, NULL AS actual, total AS difference, currency, NULL AS due_on,
  concat('Order ', order_name, ' is in ', currency, ', ', words, '.') AS cause, concat(file_id, ':', row_no, ' ', evidence) AS evidence, NULL AS candidates
FROM told
ORDER BY subject_key
