/*
title = "Fee is above the schedule"
kind = "check"
rule = "E-01"
code = "FEE_OVERCHARGED"
severity = "medium"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "The processor takes more than agreed."
suggestion = "Claim the difference from the processor."
reads = ["line_fact", "expected_fee", "allowance", "rule_parameter"]
against = ["map_fee_schedule"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"

[parameters.share]
default = "0.005"
meaning = "difference allowed, as a share of the expected fee"
*/
SELECT l.entity, NULL AS store, concat(l.account, '/', l.line_id) AS subject_key, d.fee AS expected, - l.fee AS actual, - l.fee - d.fee AS difference, l.currency, NULL AS due_on,
  concat('Fee ', CAST(- l.fee AS VARCHAR), ' on ', CAST(l.gross AS VARCHAR), '; the schedule gives ', CAST(d.fee AS VARCHAR), '.') AS cause, concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line_fact AS l
JOIN expected_fee AS d ON d.account = l.account AND d.line_id = l.line_id
LEFT JOIN allowance AS u ON u.rule = 'E-01' AND u.name = 'absolute' AND u.entity = l.entity AND u.currency = l.currency
JOIN rule_parameter AS v ON v.rule = 'E-01' AND v.name = 'share' AND v.entity = l.entity
WHERE - l.fee - d.fee > greatest(coalesce(u.amount, 0), d.fee * CAST(v.value AS DECIMAL(18,4)))
ORDER BY subject_key
