/*
title = "Tax on fees against the schedule"
kind = "fact"
why = "Of accounts whose report splits the tax off on some line, and whose schedule has a row with the method `fee_tax`: its per cent is the rate. A line that was changed after it was paid is another finding."
reads = ["line_fact", "expected_fee", "line_changed"]
*/
SELECT l.entity, l.account, l.line_id, l.currency, d.fee AS expected, - l.fee_tax AS actual, - l.fee_tax - d.fee AS difference, - l.fee AS size, l.booked_on, l.file_id, l.row_no
FROM line_fact AS l JOIN expected_fee AS d ON d.account = l.account AND d.line_id = l.line_id AND d.method = 'fee_tax'
JOIN (SELECT DISTINCT account FROM line_fact WHERE fee_tax <> 0) AS t ON t.account = l.account
WHERE NOT EXISTS (SELECT 1 FROM line_changed AS x WHERE x.account = l.account AND x.line_id = l.line_id AND x.is_amount)
