/*
title = "Lines do not sum to the payout"
kind = "check"
rule = "Y-01"
code = "PAYOUT_NOT_DECOMPOSED"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "treasury"
why = "The payout cannot be booked: part of it is unknown. One that failed and whose lines have moved on has nothing to book."
suggestion = "Ask the processor for the missing line."
reads = ["payout_fact", "watermark_fact"]
against = ["payout_current"]
needs = ["settlement_line"]
*/
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.payout_amount AS expected, p.lines_net AS actual, p.payout_amount - p.lines_net AS difference, p.currency, NULL AS due_on,
  concat('The processor paid ', CAST(p.payout_amount AS VARCHAR), ', its ', p.lines, ' lines sum to ', CAST(p.lines_net AS VARCHAR), CASE WHEN p.foreign_lines > 0 THEN concat('; ', p.foreign_lines, ' of them are in another currency') ELSE '' END, '.') AS cause, concat(p.file_id, ':', p.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p
WHERE (p.payout_amount <> p.lines_net OR p.foreign_lines > 0) AND p.status NOT IN ('scheduled', 'pending') AND NOT (p.status IN ('failed', 'canceled') AND p.lines = 0)
  AND EXISTS (SELECT 1 FROM watermark_fact AS w WHERE w.source = 'settlement_line' AND w.owner_key = p.account AND p.paid_on <= w.complete_until)
ORDER BY subject_key
