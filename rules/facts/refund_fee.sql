/*
title = "Fees of refunds against the schedule"
kind = "fact"
why = "Positive where the processor charges, negative where it gives the fee of the sale back; of accounts whose schedule has a row with the method `refund`. A line that was changed after it was paid is another finding."
reads = ["line_fact", "expected_fee", "line_changed"]
*/
SELECT l.entity, l.account, l.line_id, l.currency, d.fee AS expected, - l.fee AS actual, - l.fee - d.fee AS difference, - l.gross AS size, l.booked_on, l.file_id, l.row_no
FROM line_fact AS l JOIN expected_fee AS d ON d.account = l.account AND d.line_id = l.line_id AND d.method = 'refund'
WHERE NOT EXISTS (SELECT 1 FROM line_changed AS x WHERE x.account = l.account AND x.line_id = l.line_id AND x.is_amount)
