/*
title = "Settled amount differs from the capture"
kind = "check"
rule = "S-03"
code = "SETTLED_AMOUNT_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order_transaction"
owner = "treasury"
why = "The processor credited another amount than the customer paid, and no rate explains it; or credited it in another currency, so that nothing says that the two are the same."
suggestion = "Ask the processor; refund or collect the difference."
reads = ["match_settlement_line", "rate_difference", "tender", "line_fact", "watermark_fact", "line_changed"]
needs = ["order_transaction", "settlement_line"]
*/
SELECT m.entity, m.store, m.left_key AS subject_key, m.left_amount AS expected, CASE WHEN l.currency = m.currency THEN m.right_amount END AS actual, m.difference, m.currency, NULL AS due_on,
  CASE WHEN l.currency = m.currency THEN concat('Captured ', CAST(m.left_amount AS VARCHAR), ', settled ', CAST(m.right_amount AS VARCHAR), '.')
    ELSE concat('Captured ', CAST(m.left_amount AS VARCHAR), ' ', m.currency, ', settled ', CAST(m.right_amount AS VARCHAR), ' ', l.currency, '; no rate between the two is stated.') END AS cause, concat(t.file_id, ':', t.row_no, ' ', l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM match_settlement_line AS m
JOIN tender AS t ON t.subject_key = m.left_key
JOIN line_fact AS l ON l.account = m.account AND l.line_id = m.line_id
JOIN watermark_fact AS v ON v.source = 'order_transaction' AND v.owner_key = m.store AND l.booked_on <= v.complete_until
JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = m.account AND t.created_on <= w.complete_until
LEFT JOIN rate_difference AS d ON d.account = m.account AND d.line_id = m.line_id
WHERE m.difference <> 0 AND d.line_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = m.account AND c.line_id = m.line_id AND c.gross <> c.gross_before)
ORDER BY subject_key
