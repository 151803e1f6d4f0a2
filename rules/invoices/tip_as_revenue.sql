/*
title = "Tip was invoiced as revenue"
kind = "check"
rule = "H-01"
code = "TIP_AS_REVENUE"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "A tip is not the shop's sale: on a sales account it is taxed and reported as one."
suggestion = "Move the amount to the account of tips; map the product's income account."
reads = ["order_part", "order_fact", "order_invoice", "watermark_fact"]
needs = ["odoo_move", "odoo_journal_item"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, p.amount AS expected, p.booked AS actual, p.amount - p.booked AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' has a tip of ', CAST(p.amount AS VARCHAR), '; its invoice puts ', CAST(p.booked AS VARCHAR), ' on account ', p.odoo_account, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_part AS p
JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name
-- an invoice of another amount is a finding already
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name AND i.total = o.total
JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = o.entity AND i.invoiced_on <= w.complete_until AND (o.changed_at IS NULL OR o.changed_at <= w.known_at)
WHERE p.part = 'tip' AND p.booked < p.amount
ORDER BY subject_key
