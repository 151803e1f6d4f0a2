/*
title = "Payment was settled at another rate"
kind = "check"
rule = "X-04"
code = "SETTLED_FX_DIFF"
severity = "low"
class = "FX"
subject = "order_transaction"
owner = "accounting"
why = "The customer paid in another currency; the shop and the processor turned the amount into the shop's by different rates."
suggestion = "Book the difference to the exchange account of the entity."
reads = ["rate_difference", "tender", "line_fact", "watermark_fact"]
needs = ["order_transaction", "settlement_line"]

[parameters.percent]
default = "3"
meaning = "per cent of the captured amount up to which a difference of a payment in another currency is the rate's"
*/
SELECT d.entity, t.store, d.left_key AS subject_key, d.left_amount AS expected, d.right_amount AS actual, d.difference, d.currency, NULL AS due_on,
  concat('The customer paid ', d.presentment_amount, ' ', d.presentment_currency, ': captured ', d.left_amount, ' at ', d.order_rate, ', settled ', d.right_amount, ' at ', d.settled_rate, ' ', d.presentment_currency, ' per ', d.currency, '.') AS cause,
  concat(t.file_id, ':', t.row_no, ' ', l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM rate_difference AS d
JOIN tender AS t ON t.subject_key = d.left_key
JOIN line_fact AS l ON l.account = d.account AND l.line_id = d.line_id
JOIN watermark_fact AS v ON v.source = 'order_transaction' AND v.owner_key = t.store AND l.booked_on <= v.complete_until
JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = d.account AND t.created_on <= w.complete_until
ORDER BY subject_key
