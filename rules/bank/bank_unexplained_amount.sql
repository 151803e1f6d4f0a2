/*
title = "Bank line has another amount than its payout"
kind = "check"
rule = "Y-05"
code = "BANK_UNEXPLAINED"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "The line names the payout and booked more, the other way round, in another currency, or so much less that it is no charge: the payout does not explain it."
suggestion = "Ask the processor what it paid and the bank what it booked; nothing is booked as a charge before. If the line is not the payout's, `tieout match undo GROUP`."
reads = ["bank_delta", "payout_fact"]
against = ["payout_fact"]
*/
SELECT b.entity, NULL AS store, b.right_key AS subject_key, b.left_amount AS expected, b.right_amount AS actual, CASE WHEN b.bank_currency = b.currency THEN b.right_amount - b.left_amount ELSE - b.left_amount END AS difference, b.currency, NULL AS due_on,
  concat(CASE b.shape WHEN 'split' THEN 'What is left of payout ' WHEN 'combined' THEN 'Its share for payout ' ELSE 'Payout ' END, b.left_key, ' is ', CAST(b.left_amount AS VARCHAR), ' ', b.currency, ', the bank booked ', CAST(b.right_amount AS VARCHAR), ' ', b.bank_currency,
    CASE WHEN b.bank_currency <> b.currency THEN ': another currency.' WHEN sign(b.right_amount) * sign(b.left_amount) < 0 THEN ': the other way round.' WHEN b.difference < 0 THEN ': more than the payout explains.' ELSE ': less by more than a bank charge.' END) AS cause,
  concat_ws(' ', concat(b.file_id, ':', b.row_no), CASE WHEN p.file_id IS NOT NULL THEN concat(p.file_id, ':', p.row_no) END) AS evidence, NULL AS candidates
FROM bank_delta AS b
LEFT JOIN payout_fact AS p ON p.account = b.account AND p.payout_id = b.payout_id
WHERE NOT b.is_charge
ORDER BY subject_key
