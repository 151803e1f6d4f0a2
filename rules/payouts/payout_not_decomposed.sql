/*
title = "Lines do not sum to the payout"
kind = "check"
rule = "Y-01"
code = "PAYOUT_NOT_DECOMPOSED"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "treasury"
why = "The payout cannot be booked: part of it is unknown. What a changed line alone explains is that finding. One that failed and whose lines have moved on has nothing to book, and one whose format never says what it pays is held against the bank alone."
suggestion = "Ask the processor for the missing line."
reads = ["payout_fact", "payout_tie", "watermark_fact", "payout_changed", "missing_line"]
against = ["payout_current"]
needs = ["settlement_line"]
*/
WITH lacking AS (
  SELECT account, payout_id, concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"has a settlement line","delta":"', CAST(CAST(amounts - residual AS DECIMAL(18,4)) AS VARCHAR), '"}'), ',' ORDER BY subject_key), ']') AS candidates
  FROM missing_line GROUP BY account, payout_id
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.payout_amount AS expected, p.lines_net AS actual, p.payout_amount - p.lines_net AS difference, p.currency, NULL AS due_on,
  concat('The processor paid ', CAST(p.payout_amount AS VARCHAR), CASE WHEN t.amounts IS NOT NULL THEN concat(' in the payouts of ', t.amounts, ', which nothing tells apart') ELSE '' END, ', its ', p.lines, ' lines sum to ', CAST(p.lines_net AS VARCHAR), CASE WHEN p.foreign_lines > 0 THEN concat('; ', p.foreign_lines, ' of them are in another currency') ELSE '' END, '.') AS cause, concat(p.file_id, ':', p.row_no) AS evidence,
  x.candidates
FROM payout_fact AS p
LEFT JOIN (SELECT account, payout_id, string_agg(amount, ' and ' ORDER BY amount, payout_key) AS amounts FROM payout_tie WHERE NOT is_apart GROUP BY account, payout_id) AS t ON t.account = p.account AND t.payout_id = p.payout_id
LEFT JOIN payout_changed AS h ON h.account = p.account AND h.payout_id = p.payout_id
LEFT JOIN lacking AS x ON x.account = p.account AND x.payout_id = p.payout_id
WHERE (p.payout_amount <> p.lines_net OR p.foreign_lines > 0) AND p.status NOT IN ('scheduled', 'pending') AND NOT (p.status IN ('failed', 'canceled') AND p.lines = 0) AND NOT coalesce(p.is_lineless, FALSE)
  AND EXISTS (SELECT 1 FROM watermark_fact AS w WHERE w.source = 'settlement_line' AND w.owner_key = p.account AND p.paid_on <= w.complete_until)
  AND (h.change IS NULL OR p.foreign_lines > 0 OR p.payout_amount <> p.lines_net - h.change)
ORDER BY subject_key
