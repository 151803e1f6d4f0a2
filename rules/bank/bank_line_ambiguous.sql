/*
title = "Bank line that has several explanations"
kind = "check"
rule = "Y-05"
code = "BANK_AMBIGUOUS"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Two payouts, or two groups of payouts, of one amount: guessing would prove the wrong one."
suggestion = "Choose with the processor reference: `tieout match confirm PAYOUT BANK_LINE`, once for every payout of the line."
reads = ["bank_line_current", "bank_group", "match_bank_line", "payout_fact", "map_bank_account"]
needs = ["payout"]
*/
WITH candidate AS (
  SELECT b.bank_account, b.bank_reference, concat(p.account, '/', p.payout_id) AS candidate, FALSE AS is_group
  FROM bank_line_current AS b
  JOIN payout_fact AS p ON p.bank_account = b.bank_account AND p.processor = b.processor AND coalesce(p.payout_amount, p.lines_net) = b.amount AND date_diff('day', p.paid_on, b.booked_on) BETWEEN -2 AND 10
  WHERE b.amount <> 0 AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id))
  UNION ALL
  SELECT l.bank_account, l.bank_key, string_agg(DISTINCT concat(g.account, '/', g.payout_id), ' + ' ORDER BY concat(g.account, '/', g.payout_id)), TRUE
  FROM (SELECT DISTINCT group_key, bank_account, bank_key FROM bank_group WHERE ways > 1) AS l JOIN bank_group AS g ON g.group_key = l.group_key
  GROUP BY l.group_key, l.bank_account, l.bank_key
)
SELECT a.entity, NULL AS store, concat(b.bank_account, '/', b.bank_reference) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, b.amount AS actual, b.amount AS difference, b.currency, NULL AS due_on,
  CASE WHEN count(*) = 1 THEN concat('The payouts that would explain the bank line of ', CAST(b.booked_on AS VARCHAR), ' would explain another one too.')
    ELSE concat(count(*), ' payouts, or groups of payouts, would explain the bank line of ', CAST(b.booked_on AS VARCHAR), '.') END AS cause, concat(b.file_id, ':', b.row_no) AS evidence,
  concat('[', string_agg(concat('{"candidate":"', c.candidate, '","failed":"unique","delta":"0"}'), ',' ORDER BY c.is_group, c.candidate), ']') AS candidates
FROM candidate AS c
JOIN bank_line_current AS b ON b.bank_account = c.bank_account AND b.bank_reference = c.bank_reference
LEFT JOIN map_bank_account AS a ON a.bank_account = b.bank_account AND b.booked_on BETWEEN a.valid_from AND a.valid_to
WHERE b.standing = 'booked' AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
GROUP BY a.entity, b.bank_account, b.bank_reference, b.amount, b.currency, b.booked_on, b.file_id, b.row_no
HAVING count(*) > 1 OR bool_or(c.is_group)
ORDER BY subject_key
