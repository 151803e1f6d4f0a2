/*
title = "Bank line is less than its payout by a charge"
kind = "check"
rule = "Y-07"
code = "BANK_FEE_UNEXPECTED"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "The bank, or somebody on the way, kept money. What is too much for a charge, or none at all, is BANK_UNEXPLAINED."
suggestion = "Book the charge, or claim it from the bank."
reads = ["bank_delta"]
against = ["payout_fact"]

[parameters.charge]
default = "0"
meaning = "bank charge that is agreed: an amount, or smallest units of the currency"

[parameters.cap]
default = "10000 units"
meaning = "the most that is still told as a bank charge: an amount, or smallest units of the currency"

[parameters.share]
default = "0.10"
meaning = "the largest part of a payout that is still told as a bank charge"
*/
SELECT entity, NULL AS store, right_key AS subject_key, left_amount AS expected, right_amount AS actual, difference, currency, NULL AS due_on,
  concat(CASE shape WHEN 'split' THEN concat('What is left of payout ', left_key, ' is ') WHEN 'combined' THEN concat('One line of the bank is several payouts together; of it payout ', left_key, ' should be ') ELSE concat('Payout ', left_key, ' is ') END,
    CAST(left_amount AS VARCHAR), ' ', currency, CASE shape WHEN 'combined' THEN ' and is ' ELSE ', the bank booked ' END, CAST(right_amount AS VARCHAR), ': the bank kept ', CAST(difference AS VARCHAR), '.') AS cause, concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM bank_delta
WHERE is_charge
ORDER BY subject_key
