/*
title = "Gift card was invoiced as revenue"
kind = "check"
rule = "G-01"
code = "GIFTCARD_AS_REVENUE"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "A gift card that was sold is owed to its holder; as revenue it is taxed twice, and the liability runs below the cards."
suggestion = "Move the amount to the liability; map the product's income account."
reads = ["order_part", "order_fact", "order_invoice", "watermark_fact"]
needs = ["odoo_move", "odoo_journal_item"]

[parameters.titles]
default = "gift card, giftcard, gift voucher, geschenkkarte, geschenkgutschein, carte cadeau, bon cadeau, tarjeta regalo, tarjeta de regalo, carta regalo, buono regalo, cadeaubon, cadeaukaart, presentkort, gavekort, lahjakortti"
meaning = "words in the title of an untaxed line that make it a gift card, with commas between"
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, p.amount AS expected, p.booked AS actual, p.amount - p.booked AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' has gift cards of ', CAST(p.amount AS VARCHAR), '; its invoice puts ', CAST(p.booked AS VARCHAR), ' on account ', p.odoo_account, '.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', i.file_id, ':', i.row_no) AS evidence, NULL AS candidates
FROM order_part AS p
JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name
-- an invoice of another amount is a finding already
JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name AND i.total = o.total
JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = o.entity AND i.invoiced_on <= w.complete_until AND (o.changed_at IS NULL OR o.changed_at <= w.known_at)
WHERE p.part = 'gift card' AND p.booked < p.amount
ORDER BY subject_key
