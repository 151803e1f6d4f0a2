/*
title = "What people said of payouts and bank lines"
kind = "fact"
why = "The two sides of a pair that a person confirmed or undid, by their own keys. A payout that failed is joined to no line."
reads = ["payout_due", "bank_line_current", "match_said"]
*/
SELECT d.account, d.payout_id, b.bank_account, b.bank_reference AS bank_key, s.action
FROM match_said AS s
JOIN payout_due AS d ON s.left_kind = 'payout' AND concat(d.account, '/', d.payout_id) = s.left_key
JOIN bank_line_current AS b ON b.currency = d.currency AND concat(b.bank_account, '/', b.bank_reference) = s.right_key
WHERE NOT d.is_failed
