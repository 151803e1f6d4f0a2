/*
title = "Refund to a gift card that no card has"
kind = "check"
rule = "G-03"
code = "GIFTCARD_REFUND_DIFF"
severity = "high"
class = "BUSINESS"
subject = "refund"
owner = "store-operations"
why = "The order says that the customer has the money on a gift card, and no card has more for it. Several refunds of one amount and day that have too few credits are one finding."
suggestion = "Credit the card, or take the refund back in the shop."
reads = ["card_credit", "watermark_fact"]
needs = ["order_transaction", "gift_card", "gift_card_movement"]
*/
SELECT c.entity, c.store, c.subject_key, CAST(c.refunds * c.amount AS DECIMAL(18,4)) AS expected, CAST(c.credits * c.amount AS DECIMAL(18,4)) AS actual, CAST((c.refunds - c.credits) * c.amount AS DECIMAL(18,4)) AS difference, c.currency, NULL AS due_on,
  CASE WHEN c.refunds = 1 THEN concat('On ', CAST(c.day AS VARCHAR), ' ', CAST(c.amount AS VARCHAR), ' of ', c.order_name, ' went to a gift card; no card has them.')
       ELSE concat(CAST(c.refunds AS VARCHAR), ' refunds of ', CAST(c.amount AS VARCHAR), ' went to gift cards, the last on ', CAST(c.day AS VARCHAR), '; ', CAST(c.credits AS VARCHAR), ' cards have them.') END AS cause,
  concat(c.file_id, ':', c.row_no) AS evidence, NULL AS candidates
FROM card_credit AS c
JOIN watermark_fact AS g ON g.source = 'gift_card' AND g.owner_key = c.store JOIN watermark_fact AS m ON m.source = 'gift_card_movement' AND m.owner_key = c.store
WHERE c.side = 'refund' AND c.place = c.refunds AND c.credits < c.refunds AND c.day < greatest(g.complete_until, m.complete_until)
ORDER BY c.subject_key
