/*
title = "Fee of a dispute is not as agreed"
kind = "check"
rule = "D-02"
code = "DISPUTE_FEE_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "What a chargeback costs is agreed: fee_schedules.csv says it (method `chargeback`). A dispute that has cost nothing yet is none, nor is a fee that comes back. All lines that differ to one side are one finding, at the first of them."
suggestion = "Claim the difference from the processor, or correct the schedule."
reads = ["fee_apart"]
against = ["dispute_fee"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"
*/
SELECT entity, NULL AS store, concat(account, '/', line_id) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('The fee of a dispute is ', CAST(first_actual AS VARCHAR), ', by the schedule ', CAST(first_expected AS VARCHAR), more_words, '.') AS cause, concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM fee_apart WHERE rule = 'D-02'
ORDER BY subject_key
