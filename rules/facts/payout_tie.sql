/*
title = "Payouts of one day that nothing tells apart"
kind = "fact"
why = "Rows of a payout list without ids, and the payouts of the lines that each of them may be: of one account, currency, day and status, where totals do not decide."
reads = ["payout_current", "line_payout", "payout_binding"]
*/
SELECT l.account, l.payout_key, l.amount, b.payout_id, FALSE AS is_apart
FROM payout_binding AS b JOIN payout_current AS l ON l.account = b.account AND l.payout_key = b.payout_key
WHERE b.pass = 'all rows of the day together'
UNION ALL
SELECT l.account, l.payout_key, l.amount, p.payout_id, TRUE
FROM payout_current AS l
JOIN line_payout AS p ON p.account = l.account AND p.currency = l.currency AND p.paid_on = l.paid_on AND (p.status IN ('failed', 'canceled')) = (l.status IN ('failed', 'canceled'))
LEFT JOIN payout_binding AS b ON b.account = l.account AND b.payout_key = l.payout_key
LEFT JOIN payout_binding AS o ON o.account = p.account AND o.payout_id = p.payout_id
WHERE l.payout_id IS NULL AND b.payout_key IS NULL AND o.payout_id IS NULL
