/*
title = "What each opening position turned out to be"
kind = "fact"
why = "The bank line that an unpaid payout arrived as, the settlement line of what was captured: the list of positions shows it, and an exception that it removes names it."
reads = ["opening_fact", "opening_line", "match_bank_line"]
*/
SELECT o.file_id, o.row_no, 'bank_line' AS subject_kind, m.right_key AS subject_key
FROM opening_fact AS o JOIN match_bank_line AS m ON o.kind = 'unpaid_payout' AND m.account = o.account AND m.payout_id = o.reference
UNION ALL
SELECT file_id, row_no, 'settlement_line', concat(account, '/', line_id) FROM opening_line
