/*
title = "Bank lines that are older than their payout"
kind = "fact"
why = "Of a pair that a reference made, the line is of more than two business days before the payout. It may be the payout's; that the money was there before the payout, and maybe before its sales, is to be explained. Not where a person said that the two belong together, nor for what was open at the cut-over, nor where the amount tells already that something is wrong."
reads = ["match_bank_line", "bank_delta", "payout_due"]
*/
SELECT m.entity, m.account, m.payout_id, m.left_key, m.right_key, m.right_amount AS amount, m.currency, m.booked_on, d.paid_on, m.file_id, m.row_no
FROM match_bank_line AS m
JOIN payout_due AS d ON d.account = m.account AND d.payout_id = m.payout_id
WHERE d.open_on IS NULL AND m.booked_on < d.from_on AND m.pass <> 'confirmed by a person' AND m.shape <> 'returned'
  AND NOT EXISTS (SELECT 1 FROM bank_delta AS b WHERE b.right_key = m.right_key)
