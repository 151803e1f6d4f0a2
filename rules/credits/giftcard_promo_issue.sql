/*
title = "Gift card or credit on it that nobody bought"
kind = "check"
rule = "G-05"
code = "GIFTCARD_PROMO_ISSUE"
severity = "medium"
class = "BUSINESS"
subject = "gift_card"
owner = "marketing"
why = "A card that was given away is owed like any other, and an expense that somebody has to approve. A refund that made it is no gift; an entry on the liability that names the card has booked it. Where no card of the store names an order, the export does not say who bought them."
suggestion = "Approve it and book the expense against the liability of gift cards."
reads = ["card_credit", "gift_card_fact", "watermark_fact", "cutover", "map_account", "odoo_journal_item_current"]
needs = ["gift_card", "order_transaction"]
*/
WITH said AS (
  SELECT DISTINCT store FROM gift_card_fact WHERE order_name IS NOT NULL
), booked AS (
  SELECT i.entity, i.odoo_id, unnest(string_split(concat_ws(' ', i.ref, i.label), ' ')) AS word
  FROM odoo_journal_item_current AS i JOIN (SELECT DISTINCT entity, odoo_account FROM map_account WHERE role = 'gift_card_liability') AS m ON m.entity = i.entity AND m.odoo_account = i.account_code WHERE i.parent_state = 'posted' AND i.credit > i.debit
)
SELECT c.entity, c.store, c.subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, sum(c.amount) AS actual, sum(c.amount) AS difference, c.currency, NULL AS due_on,
  concat(CASE WHEN min(c.kind) = 'issue' THEN 'A card of ' ELSE 'A credit of ' END, CAST(sum(c.amount) AS VARCHAR), ' was given on ', CAST(min(c.day) AS VARCHAR), ', and no order and no refund has it.') AS cause,
  string_agg(concat(c.file_id, ':', c.row_no), ' ' ORDER BY c.day, c.row_no) AS evidence, NULL AS candidates
FROM card_credit AS c
JOIN said AS s ON s.store = c.store
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = c.store AND c.day <= w.complete_until
LEFT JOIN cutover AS o ON o.entity = c.entity
WHERE c.side = 'credit' AND (c.kind = 'movement' OR c.order_name IS NULL) AND c.place > c.refunds AND (o.cutover_on IS NULL OR c.day >= o.cutover_on)
  AND NOT EXISTS (SELECT 1 FROM booked AS b WHERE b.entity = c.entity AND b.word = c.card_id)
GROUP BY c.entity, c.store, c.subject_key, c.currency
ORDER BY c.subject_key
