/*
title = "Inquiry moved money"
kind = "check"
rule = "D-07"
code = "INQUIRY_MONEY"
severity = "medium"
class = "BUSINESS"
subject = "dispute"
owner = "treasury"
why = "An inquiry only asks; money that it took is a dispute that is not listed as one, or a mistake."
suggestion = "Ask the processor what the lines are for."
reads = ["dispute_fact", "dispute_line"]
needs = ["settlement_line"]
*/
SELECT d.entity, NULL AS store, d.subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, sum(l.net) AS actual, sum(l.net) AS difference, l.currency, NULL AS due_on,
  concat('The inquiry', coalesce(concat(' about ', d.order_name), ''), ' has lines of ', CAST(sum(l.net) AS VARCHAR), '.') AS cause, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.line_id) AS evidence, NULL AS candidates
FROM dispute_fact AS d JOIN dispute_line AS l ON l.account = d.account AND l.dispute_id = d.dispute_id
WHERE d.dispute_type = 'inquiry'
GROUP BY d.entity, d.subject_key, d.order_name, l.currency HAVING sum(l.net) <> 0
ORDER BY d.subject_key
