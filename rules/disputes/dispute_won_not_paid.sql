/*
title = "Dispute was won and its money did not come back"
kind = "check"
rule = "D-04"
code = "DISPUTE_WON_NOT_PAID"
severity = "high"
class = "TIMING"
subject = "dispute"
owner = "treasury"
why = "What a dispute took is given back when it is won. A fee comes back only where the contract says so, and is not looked at here. What was taken more than once is the finding of its order."
suggestion = "Claim the amount from the processor."
reads = ["dispute_fact", "dispute_line", "watermark_fact", "business_day", "rule_parameter", "dispute_chain"]
needs = ["settlement_line"]

[parameters.business_days]
default = "5"
meaning = "business days from the decision of a dispute to the line that gives its money back"
*/
WITH held AS (
  SELECT account, dispute_id, sum(gross) AS gross, sum(CASE WHEN gross > 0 THEN gross ELSE 0 END) AS returned, min(concat(file_id, ':', row_no)) AS evidence
  FROM dispute_line WHERE bucket = 'dispute' AND dispute_id IS NOT NULL GROUP BY account, dispute_id, currency
)
SELECT d.entity, NULL AS store, d.subject_key, d.amount AS expected, h.returned AS actual, - h.gross AS difference, d.currency, NULL AS due_on,
  concat('The dispute', coalesce(concat(' about ', d.order_name), ''), ' was won on ', CAST(d.finalized_on AS VARCHAR), '; of what it took ', CAST(- h.gross AS VARCHAR), ' did not come back.') AS cause,
  concat(d.file_id, ':', d.row_no, ' ', h.evidence) AS evidence, NULL AS candidates
FROM dispute_fact AS d
JOIN held AS h ON h.account = d.account AND h.dispute_id = d.dispute_id AND h.gross < 0
JOIN rule_parameter AS k ON k.rule = 'D-04' AND k.name = 'business_days' AND k.entity = d.entity
JOIN business_day AS b0 ON b0.entity = d.entity AND b0.day = d.finalized_on
JOIN business_day AS b1 ON b1.entity = d.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = d.account AND b1.day <= w.complete_until
WHERE d.status = 'won' AND NOT EXISTS (SELECT 1 FROM dispute_chain AS c WHERE c.account = d.account AND c.order_name = d.order_name)
ORDER BY d.subject_key
