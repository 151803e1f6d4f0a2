/*
title = "Bank line is older than its payout"
kind = "check"
rule = "K-07"
code = "LATENCY_BREACH"
severity = "medium"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Money that was at the bank more than two business days before the payout that its text names: a reference that was used again, a day that one of the two wrote wrong, or a line of another payout. The payout is not proven by it."
suggestion = "Ask the processor which payout the line pays. If it is this one, `tieout match undo GROUP` and then `tieout match confirm PAYOUT BANK_LINE`; if not, the first alone."
reads = ["bank_early", "payout_fact", "payout_of_line", "settlement_line_current"]
against = ["payout_fact"]
*/
WITH sale AS (
  SELECT e.account, e.payout_id, max(l.booked_on) AS last_on
  FROM settlement_line_current AS l
  LEFT JOIN payout_of_line AS o ON o.account = l.account AND o.line_id = l.line_id
  JOIN bank_early AS e ON e.account = l.account AND e.payout_id = coalesce(o.payout_id, l.payout_id)
  WHERE l.bucket <> 'payout'
  GROUP BY e.account, e.payout_id
)
SELECT min(e.entity) AS entity, NULL AS store, e.right_key AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, CAST(sum(e.amount) AS DECIMAL(18,4)) AS actual, CAST(sum(e.amount) AS DECIMAL(18,4)) AS difference, e.currency, NULL AS due_on,
  concat('The bank booked it on ', CAST(min(e.booked_on) AS VARCHAR), ', ', string_agg(concat(date_diff('day', e.booked_on, e.paid_on), ' days before payout ', e.left_key, ' of ', CAST(e.paid_on AS VARCHAR),
    CASE WHEN s.last_on > e.booked_on THEN concat(', whose last line is of ', CAST(s.last_on AS VARCHAR)) ELSE '' END), '; ' ORDER BY e.left_key), '.') AS cause,
  concat_ws(' ', concat(min(e.file_id), ':', min(e.row_no)), string_agg(concat(p.file_id, ':', p.row_no), ' ' ORDER BY e.left_key) FILTER (WHERE p.file_id IS NOT NULL)) AS evidence, NULL AS candidates
FROM bank_early AS e
LEFT JOIN payout_fact AS p ON p.account = e.account AND p.payout_id = e.payout_id
LEFT JOIN sale AS s ON s.account = e.account AND s.payout_id = e.payout_id
GROUP BY e.right_key, e.currency
ORDER BY subject_key
