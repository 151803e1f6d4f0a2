/*
title = "Credit note without a refund"
kind = "check"
rule = "F-15"
code = "CREDIT_NOTE_WITHOUT_REFUND"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "Revenue was taken back, the customer got nothing."
suggestion = "Refund the customer, or reverse the credit note."
reads = ["invoice_fact", "credit_match", "watermark_fact", "line_fact", "match_settlement_line"]
needs = ["order_transaction"]
*/
SELECT d.entity, d.store, concat(d.company, '/', d.name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, d.total AS actual, d.total AS difference, d.currency, NULL AS due_on,
  concat('Credit note ', d.name, ' of ', CAST(d.booked_on AS VARCHAR), ' has no refund in the shop and no line at the processor.') AS cause, concat(d.file_id, ':', d.row_no) AS evidence, NULL AS candidates
FROM invoice_fact AS d
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = d.store AND d.booked_on <= w.complete_until
WHERE d.move_type = 'out_refund' AND d.order_name IS NOT NULL AND d.total > 0
  AND NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.entity = d.entity AND c.odoo_id = d.odoo_id)
  AND NOT EXISTS (SELECT 1 FROM line_fact AS l WHERE l.store = d.store AND l.order_name = d.order_name AND l.bucket = 'refund' AND l.gross = - d.total
    AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id))
ORDER BY subject_key
