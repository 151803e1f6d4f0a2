/*
title = "Tax on fees is not the rate's"
kind = "check"
rule = "E-04"
code = "FEE_TAX_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "Tax on fees is input tax, or the company's own to declare: with another rate than the processor's it cannot be deducted as it stands. fee_schedules.csv says the rate (method `fee_tax`). All lines that differ to one side are one finding, at the first of them."
suggestion = "Ask the processor for a corrected invoice, or correct the schedule."
reads = ["fee_apart"]
against = ["fee_tax_line"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"
*/
SELECT entity, NULL AS store, concat(account, '/', line_id) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('The fee of ', CAST(size AS VARCHAR), ' bears ', CAST(first_actual AS VARCHAR), ' of tax, by the schedule ', CAST(first_expected AS VARCHAR), more_words, '.') AS cause, concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM fee_apart WHERE rule = 'E-04'
ORDER BY subject_key
