/*
title = "Fee of a refund is not as agreed"
kind = "check"
rule = "E-05"
code = "FEE_RETURN_DIFF"
severity = "low"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "Some processors give the fee of the sale back, some keep it, some charge for the refund: fee_schedules.csv says which (method `refund`, a per cent below zero comes back). All lines that differ to one side are one finding, at the first of them."
suggestion = "Claim the difference from the processor, or correct the schedule."
reads = ["fee_apart"]
against = ["refund_fee"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"
*/
SELECT entity, NULL AS store, concat(account, '/', line_id) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('The refund of ', CAST(size AS VARCHAR), CASE WHEN first_actual < 0 THEN concat(' gave back ', CAST(- first_actual AS VARCHAR), ' of fees') ELSE concat(' has a fee of ', CAST(first_actual AS VARCHAR)) END,
    ', by the schedule ', CASE WHEN first_expected < 0 THEN concat(CAST(- first_expected AS VARCHAR), ' come back') ELSE concat('it is ', CAST(first_expected AS VARCHAR)) END, more_words, '.') AS cause, concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM fee_apart WHERE rule = 'E-05'
ORDER BY subject_key
