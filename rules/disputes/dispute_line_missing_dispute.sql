/*
title = "Processor took money for a dispute that nobody lists"
kind = "check"
rule = "D-01"
code = "DISPUTE_LINE_MISSING"
severity = "high"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "A chargeback that stands in no list of disputes is answered by nobody. Looked for in the days that the list covers. Lines that took an order's sale more than once are the finding of that order."
suggestion = "Look the dispute up at the processor and answer it; fetch the list of disputes again."
reads = ["dispute_line", "dispute_fact", "watermark_fact", "dispute_chain"]
needs = ["dispute"]
*/
WITH listed AS (
  SELECT account, min(initiated_on) AS first_on FROM dispute_fact GROUP BY account
)
SELECT l.entity, NULL AS store, l.line_key AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, l.gross AS actual, l.gross AS difference, l.currency, NULL AS due_on,
  concat('On ', CAST(l.booked_on AS VARCHAR), ' ', CAST(- l.gross AS VARCHAR), ' were taken for a dispute', coalesce(concat(' about ', l.order_name), ''), '; the list of disputes has none.') AS cause,
  concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM dispute_line AS l
JOIN listed AS d ON d.account = l.account AND d.first_on <= l.booked_on
JOIN watermark_fact AS w ON w.source = 'dispute' AND w.owner_key = l.account AND l.booked_on <= w.complete_until
WHERE l.bucket = 'dispute' AND l.gross < 0 AND l.dispute_id IS NULL AND l.tied_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM dispute_chain AS h WHERE h.account = l.account AND h.order_name = l.order_name)
ORDER BY subject_key
