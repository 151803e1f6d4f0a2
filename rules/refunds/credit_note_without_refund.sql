/*
title = "Credit note without a refund, or of more than was refunded"
kind = "check"
rule = "F-15"
code = "CREDIT_NOTE_WITHOUT_REFUND"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "Revenue was taken back, the customer got nothing, or less. One that only puts an invoice right that was too high is none, nor is that of an order which was cancelled before anything was paid; one that fits the refund of another order alone is named there (F-01)."
suggestion = "Refund the customer, or reverse the credit note."
reads = ["invoice_fact", "credit_match", "watermark_fact", "line_fact", "match_settlement_line", "invoice_taken_back", "correcting_note", "credit_elsewhere", "order_fact"]
needs = ["order_transaction"]
*/
WITH asked AS (
  SELECT d.entity, d.odoo_id, CAST(0 AS DECIMAL(18,4)) AS expected, d.total AS actual, d.booked_on AS credited_on,
    concat('Credit note ', d.name, ' of ', CAST(d.booked_on AS VARCHAR), ' has no refund in the shop and no line at the processor.') AS cause
  FROM invoice_fact AS d
  WHERE d.move_type = 'out_refund' AND d.order_name IS NOT NULL AND d.total > 0
    AND NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.entity = d.entity AND c.odoo_id = d.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = d.entity AND t.note_id = d.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM correcting_note AS t WHERE t.entity = d.entity AND t.odoo_id = d.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM credit_elsewhere AS t WHERE t.entity = d.entity AND t.odoo_id = d.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM order_fact AS o WHERE o.store = d.store AND o.order_name = d.order_name AND o.is_void)
    AND NOT EXISTS (SELECT 1 FROM line_fact AS l WHERE l.store = d.store AND l.order_name = d.order_name AND l.bucket = 'refund' AND l.gross = - d.total
      AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id))
  UNION ALL
  SELECT d.entity, d.odoo_id, c.refunded, c.credited, c.credited_on,
    concat('Credit note ', d.name, CASE WHEN c.notes > 1 THEN concat(' and ', c.notes - 1, ' more of its order take') ELSE ' takes' END, ' back ', CAST(c.credited AS VARCHAR), '; the shop refunded ', CAST(c.refunded AS VARCHAR), '.')
  FROM credit_match AS c JOIN invoice_fact AS d ON d.entity = c.entity AND d.odoo_id = c.odoo_id
  WHERE c.speaks AND c.is_compared AND c.credited > c.refunded
)
SELECT d.entity, d.store, concat(d.company, '/', d.name) AS subject_key, a.expected, a.actual, a.actual - a.expected AS difference, d.currency, NULL AS due_on, a.cause,
  concat(d.file_id, ':', d.row_no) AS evidence, NULL AS candidates
FROM asked AS a
JOIN invoice_fact AS d ON d.entity = a.entity AND d.odoo_id = a.odoo_id
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = d.store AND a.credited_on <= w.complete_until
ORDER BY subject_key
