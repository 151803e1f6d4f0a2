/*
title = "Balance at the processor is not what its lines make"
kind = "check"
rule = "Y-11"
code = "PROCESSOR_ROLLFORWARD_DIFF"
severity = "high"
class = "DATA"
subject = "account_balance"
owner = "treasury"
why = "Opening, lines and payouts of a month make another balance than the processor states at its end: lines are missing, or were changed. Reports that do not follow each other, and lines that were changed after they were paid, are findings of their own."
suggestion = "Load the processor's reports of the month again; ask for what is missing."
reads = ["processor_roll", "line_changed", "settlement_line_current"]
needs = ["settlement_line"]
against = ["settlement_batch_current"]
*/
WITH changed AS (
  SELECT c.account, c.currency, strftime(l.booked_on, '%Y-%m') AS period, count(*) AS lines FROM line_changed AS c JOIN settlement_line_current AS l ON l.account = c.account AND l.line_id = c.line_id GROUP BY c.account, c.currency, strftime(l.booked_on, '%Y-%m')
)
SELECT r.entity, NULL AS store, concat(r.entity, '/processor_balance/', r.account, '/', r.currency, '/', r.period) AS subject_key, r.stated AS expected, r.closing AS actual, r.residual + r.gap AS difference, r.currency, NULL AS due_on,
  concat(r.account, ' had ', CAST(r.opening AS VARCHAR), ' at the start of ', r.period, ', lines and payouts moved ', CAST(r.movement AS VARCHAR), ', and its report closes with ', CAST(r.stated AS VARCHAR), '.') AS cause, r.evidence, NULL AS candidates
FROM processor_roll AS r LEFT JOIN changed AS c ON c.account = r.account AND c.currency = r.currency AND c.period = r.period
WHERE r.residual + r.gap <> 0 AND c.account IS NULL
ORDER BY subject_key
