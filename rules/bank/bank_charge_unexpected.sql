/*
title = "Bank line differs from its payout"
kind = "check"
rule = "Y-07"
code = "BANK_FEE_UNEXPECTED"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "The bank, or somebody on the way, kept money. What lines that were changed after they were paid make of a payout is their finding."
suggestion = "Book the charge, or claim it from the bank."
reads = ["match_bank_line", "allowance", "payout_changed"]
against = ["payout_fact"]

[parameters.charge]
default = "0"
meaning = "bank charge that is agreed: an amount, or smallest units of the currency"
*/
SELECT m.entity, NULL AS store, m.right_key AS subject_key, m.left_amount AS expected, m.right_amount AS actual, m.difference, m.currency, NULL AS due_on,
  concat(CASE m.shape WHEN 'split' THEN 'What is left of the payout is ' WHEN 'combined' THEN 'Its share for the payout is ' ELSE 'The payout is ' END, CAST(m.left_amount AS VARCHAR), ', the bank booked ', CAST(m.right_amount AS VARCHAR), '.') AS cause, concat(m.file_id, ':', m.row_no) AS evidence, NULL AS candidates
FROM match_bank_line AS m
LEFT JOIN allowance AS k ON k.rule = 'Y-07' AND k.name = 'charge' AND k.entity = m.entity AND k.currency = m.currency
WHERE abs(m.difference) > coalesce(k.amount, 0)
  AND NOT EXISTS (SELECT 1 FROM payout_changed AS c WHERE c.account = m.account AND c.payout_id = m.payout_id AND c.change = m.difference)
ORDER BY subject_key
