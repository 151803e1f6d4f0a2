/*
title = "Shipping of a refund stands on another account"
kind = "check"
rule = "F-10"
code = "REFUND_SPLIT_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "refund"
owner = "accounting"
why = "What was given back for shipping is taken off the sales of goods, or the other way round. Told where the shop says which parts a refund has, its credit note takes nothing back on the account of the role `shipping` and should, or does and should not, and the invoice of the order has its shipping there. A credit note with a line of adjustment, or another tax, is that finding."
suggestion = "Cancel the credit note and credit the refund again, shipping by its own product."
reads = ["credit_match", "refund_fact", "order_refund_current", "refund_line_current", "map_account", "invoice_fact", "invoice_taken_back", "odoo_journal_item_current", "watermark_fact", "finding"]
needs = ["odoo_move", "odoo_journal_item", "order_refund"]
against = ["refund_line_current"]
*/
WITH given AS (
  SELECT store, order_name, min(refund_id) AS refund_id, min(amount) AS amount FROM order_refund_current WHERE amount <> 0 GROUP BY store, order_name HAVING count(*) = 1
), part AS (
  -- an adjustment says of nothing what it is of
  SELECT g.store, g.order_name, g.amount, sum(CASE WHEN l.line_kind = 'shipping' THEN l.amount ELSE 0 END) AS shipping, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.line_kind, l.line_id) AS evidence
  FROM given AS g JOIN refund_line_current AS l ON l.store = g.store AND l.refund_id = g.refund_id GROUP BY g.store, g.order_name, g.amount HAVING NOT bool_or(l.line_kind = 'adjustment')
), pair AS (
  SELECT c.entity, c.store, c.order_name, c.refund_no, c.odoo_id, c.credited_on, p.shipping, p.evidence
  FROM part AS p JOIN credit_match AS c ON c.store = p.store AND c.order_name = p.order_name AND c.pass = 'amount' AND c.refunded = p.amount
  WHERE NOT EXISTS (SELECT 1 FROM refund_fact AS r WHERE r.store = c.store AND r.order_name = c.order_name AND r.refund_no <> c.refund_no)
), own AS (
  -- an account that sales share says nothing
  SELECT DISTINCT p.entity, m.odoo_account FROM (SELECT DISTINCT entity FROM pair) AS p JOIN map_account AS m ON m.entity = p.entity AND m.role = 'shipping'
  WHERE NOT EXISTS (SELECT 1 FROM map_account AS s WHERE s.entity = m.entity AND s.odoo_account = m.odoo_account AND s.role <> 'shipping')
), invoiced AS (
  SELECT i.store, i.order_name
  FROM pair AS p JOIN invoice_fact AS i ON i.store = p.store AND i.order_name = p.order_name AND i.move_type <> 'out_refund' AND NOT coalesce(i.is_shared, FALSE)
  JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id JOIN own AS a ON a.entity = j.entity AND a.odoo_account = j.account_code
  WHERE NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY i.store, i.order_name HAVING sum(j.credit - j.debit) > 0
), credited AS (
  SELECT p.entity, p.odoo_id, sum(CASE WHEN a.odoo_account IS NULL THEN 0 WHEN j.currency = n.currency THEN coalesce(j.amount_currency, j.debit - j.credit) ELSE j.debit - j.credit END) AS amount, min(n.currency) AS currency, min(n.name) AS name, min(concat(n.file_id, ':', n.row_no)) AS evidence
  FROM pair AS p JOIN invoice_fact AS n ON n.entity = p.entity AND n.odoo_id = p.odoo_id
  JOIN odoo_journal_item_current AS j ON j.entity = n.entity AND j.move_odoo_id = n.odoo_id LEFT JOIN own AS a ON a.entity = j.entity AND a.odoo_account = j.account_code
  GROUP BY p.entity, p.odoo_id
)
SELECT p.entity, p.store, concat(p.store, '/', p.order_name, '/', p.refund_no) AS subject_key, CAST(p.shipping AS DECIMAL(18,4)) AS expected, CAST(c.amount AS DECIMAL(18,4)) AS actual, CAST(c.amount - p.shipping AS DECIMAL(18,4)) AS difference, c.currency, NULL AS due_on,
  concat('The refund of order ', p.order_name, ' gives back ', CAST(CAST(p.shipping AS DECIMAL(18,4)) AS VARCHAR), ' of shipping; its credit note ', c.name, ' takes ', CAST(CAST(c.amount AS DECIMAL(18,4)) AS VARCHAR), ' off the account of shipping.') AS cause,
  concat(p.evidence, ' ', c.evidence) AS evidence, NULL AS candidates
FROM pair AS p JOIN invoiced AS i ON i.store = p.store AND i.order_name = p.order_name
JOIN credited AS c ON c.entity = p.entity AND c.odoo_id = p.odoo_id
JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = p.entity AND p.credited_on <= w.complete_until
WHERE (p.shipping = 0) <> (c.amount = 0)
  AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.code = 'REFUND_TAX_DIFF' AND f.subject_key = concat(p.store, '/', p.order_name, '/', p.refund_no))
  AND NOT EXISTS (SELECT 1 FROM invoice_fact AS n JOIN finding AS f ON f.code = 'REFUND_PLUGGED' AND f.subject_key = concat(n.company, '/', n.name) WHERE n.entity = p.entity AND n.odoo_id = p.odoo_id)
ORDER BY subject_key
