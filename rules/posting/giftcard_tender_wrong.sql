/*
title = "Gift card that paid is booked on a clearing account"
kind = "check"
rule = "G-02"
code = "GIFTCARD_TENDER_WRONG"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "A gift card moves no money: it takes from what is owed to its holder. On a clearing account it waits for a payout that never comes."
suggestion = "Take the payment back in Odoo and register it against the liability of gift cards."
reads = ["order_on_clearing", "tender", "clearing_scope"]
needs = ["odoo_journal_item", "order_transaction"]
*/
WITH card AS (
  SELECT t.store, t.order_name, t.currency, sum(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END) AS amount, min(concat(t.file_id, ':', t.row_no)) AS evidence
  FROM tender AS t WHERE t.tender_kind IN ('gift_card', 'store_credit') GROUP BY t.store, t.order_name, t.currency
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, d.captured AS expected, d.booked AS actual, d.amount AS difference, d.currency, NULL AS due_on,
  concat('Order ', d.order_name, ' was paid with ', CAST(c.amount AS VARCHAR), ' of gift cards; Odoo has it on account ', s.odoo_account, ' (', d.account, ').') AS cause, c.evidence, NULL AS candidates
FROM order_on_clearing AS d
JOIN clearing_scope AS s ON s.account = d.account
JOIN card AS c ON c.store = d.store AND c.order_name = d.order_name AND c.currency = d.currency AND c.amount = d.amount
WHERE NOT d.agrees AND NOT d.is_elsewhere
ORDER BY subject_key
