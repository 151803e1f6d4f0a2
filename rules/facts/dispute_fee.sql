/*
title = "Fees of disputes against the schedule"
kind = "fact"
why = "On the line of the chargeback, or on one of its own; of accounts whose schedule has a row with the method `chargeback`. A line that was changed after it was paid is another finding."
reads = ["line_fact", "expected_fee", "line_changed"]
*/
SELECT l.entity, l.account, l.line_id, l.currency, d.fee AS expected, CASE WHEN l.bucket = 'dispute' THEN - l.fee ELSE - l.gross - l.fee END AS actual, CASE WHEN l.bucket = 'dispute' THEN - l.fee ELSE - l.gross - l.fee END - d.fee AS difference, - l.gross AS size, l.booked_on, l.file_id, l.row_no
FROM line_fact AS l JOIN expected_fee AS d ON d.account = l.account AND d.line_id = l.line_id AND d.method = 'chargeback'
WHERE NOT EXISTS (SELECT 1 FROM line_changed AS x WHERE x.account = l.account AND x.line_id = l.line_id AND x.is_amount)
