/*
title = "Refund is not credited, or not in full"
kind = "check"
rule = "F-01"
code = "REFUND_NOT_CREDITED"
severity = "high"
class = "BUSINESS"
subject = "refund"
owner = "accounting"
why = "Revenue and tax stay too high. What is left of an order's refunds and credit notes is compared as a whole. Of an order that has neither a sale order nor an invoice nothing is said, and a paid one that is not invoiced is that finding (I-01): there is nothing to take back; nor is there of one that never captured anything (F-09). A refund of what was paid too much takes nothing back. A credit note that stands at another order by mistake is named."
suggestion = "Create and post the credit note."
reads = ["refund_fact", "credit_match", "watermark_fact", "business_day", "rule_parameter", "order_fact", "sale_order_fact", "order_invoice", "invoice_fact", "cancel_difference", "odoo_gap", "credit_elsewhere", "overpaid_refund", "refund_uncaptured"]
needs = ["odoo_sale_order", "odoo_move"]

[parameters.business_days]
default = "3"
meaning = "business days from refund to credit note"
*/
WITH note AS (
  SELECT store, order_name, sum(total) AS credited FROM invoice_fact WHERE move_type = 'out_refund' AND order_name IS NOT NULL GROUP BY store, order_name
), asked AS (
  -- of an only refund, what was paid too much is not to be credited
  SELECT r.store, r.order_name, r.refund_no, r.amount - coalesce(v.given_back, 0) AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, r.created_on AS refunded_on,
    concat('Refunded on ', CAST(r.created_on AS VARCHAR), '; no credit note of the order belongs to it.') AS cause
  FROM refund_fact AS r
  LEFT JOIN overpaid_refund AS v ON v.store = r.store AND v.order_name = r.order_name AND v.currency = r.currency AND v.given_back + v.to_credit = r.amount
  WHERE NOT EXISTS (SELECT 1 FROM credit_match AS c WHERE c.store = r.store AND c.order_name = r.order_name AND c.refund_no = r.refund_no)
  UNION ALL
  SELECT c.store, c.order_name, c.refund_no, c.refunded, c.credited, c.refunded_on,
    concat('Refunded ', CAST(c.refunded AS VARCHAR), CASE WHEN c.refunds > 1 THEN concat(' in ', c.refunds, ' refunds until ') ELSE ' on ' END, CAST(c.refunded_on AS VARCHAR),
      CASE WHEN c.notes > 1 THEN concat('; the ', c.notes, ' credit notes of the order') ELSE '; its credit note' END, CASE WHEN c.notes > 1 THEN ' take' ELSE ' takes' END, ' back ', CAST(c.credited AS VARCHAR), '.')
  FROM credit_match AS c WHERE c.speaks AND c.is_compared AND c.credited < c.refunded
)
SELECT r.entity, r.store, concat(r.store, '/', r.order_name, '/', r.refund_no) AS subject_key, a.expected, a.actual, a.expected - a.actual AS difference, r.currency, b1.day AS due_on,
  concat(a.cause, CASE WHEN e.odoo_id IS NULL THEN '' ELSE concat(' Credit note ', e.name, ' of order ', e.note_order, ' has its amount and days, and no refund.') END) AS cause, concat(r.file_id, ':', r.row_no) AS evidence,
  CASE WHEN e.odoo_id IS NULL THEN NULL ELSE concat('[{"candidate":"', replace(e.name, '"', ''), '","failed":"names the order","delta":"0.0000"}]') END AS candidates
FROM asked AS a
JOIN refund_fact AS r ON r.store = a.store AND r.order_name = a.order_name AND r.refund_no = a.refund_no
JOIN rule_parameter AS k ON k.rule = 'F-01' AND k.name = 'business_days' AND k.entity = r.entity
JOIN business_day AS b0 ON b0.entity = r.entity AND b0.day = a.refunded_on
JOIN business_day AS b1 ON b1.entity = r.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = r.entity AND b1.day <= w.complete_until
JOIN order_fact AS o ON o.store = r.store AND o.order_name = r.order_name
LEFT JOIN sale_order_fact AS s ON s.store = r.store AND s.order_name = r.order_name AND s.place = 1
LEFT JOIN order_invoice AS i ON i.store = r.store AND i.order_name = r.order_name
LEFT JOIN note AS n ON n.store = r.store AND n.order_name = r.order_name
LEFT JOIN credit_elsewhere AS e ON e.store = r.store AND e.order_name = r.order_name AND e.refund_no = r.refund_no
WHERE NOT (coalesce(i.total, 0) = 0 AND EXISTS (SELECT 1 FROM refund_uncaptured AS u WHERE u.store = r.store AND u.order_name = r.order_name)) AND (coalesce(i.total, 0) > 0 OR (s.name IS NOT NULL AND NOT (o.is_paid AND o.total > 0))) AND NOT EXISTS (SELECT 1 FROM cancel_difference AS c WHERE c.store = r.store AND c.order_name = r.order_name AND c.invoiced = 0)
  AND NOT EXISTS (SELECT 1 FROM overpaid_refund AS v WHERE v.store = r.store AND v.order_name = r.order_name AND v.currency = r.currency AND v.to_credit = coalesce(n.credited, 0))
  AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = r.entity AND g.day = r.created_on)
ORDER BY subject_key
