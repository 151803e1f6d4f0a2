/*
title = "Bank credit that several payouts would explain"
kind = "check"
rule = "Y-05"
code = "BANK_AMBIGUOUS"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Two payouts of one amount: guessing would prove the wrong one."
suggestion = "Choose with the processor reference."
reads = ["bank_line_current", "match_bank_line", "payout_fact", "map_bank_account"]
needs = ["payout"]
*/
SELECT a.entity, NULL AS store, concat(b.bank_account, '/', b.bank_reference) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, b.amount AS actual, b.amount AS difference, b.currency, NULL AS due_on,
  concat(count(*), ' payouts of this amount would explain the credit of ', CAST(b.booked_on AS VARCHAR), '.') AS cause, concat(b.file_id, ':', b.row_no) AS evidence,
  concat('[', string_agg(concat('{"candidate":"', p.account, '/', p.payout_id, '","failed":"unique","delta":"0"}'), ',' ORDER BY p.account, p.payout_id), ']') AS candidates
FROM bank_line_current AS b
JOIN payout_fact AS p ON p.bank_account = b.bank_account AND p.processor = b.processor AND coalesce(p.payout_amount, p.lines_net) = b.amount AND date_diff('day', p.paid_on, b.booked_on) BETWEEN -2 AND 10
LEFT JOIN map_bank_account AS a ON a.bank_account = b.bank_account AND b.booked_on BETWEEN a.valid_from AND a.valid_to
WHERE b.amount > 0 AND b.standing = 'booked'
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id))
GROUP BY a.entity, b.bank_account, b.bank_reference, b.amount, b.currency, b.booked_on, b.file_id, b.row_no
HAVING count(*) > 1
ORDER BY subject_key
