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
reads = ["dispute_fee", "allowance"]
against = ["dispute_fee"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"
*/
WITH told AS (
  SELECT f.entity, f.account, f.line_id, f.currency, f.expected, f.actual, f.difference, f.size, f.booked_on, f.file_id, f.row_no, f.difference > 0 AS is_more
  FROM dispute_fee AS f LEFT JOIN allowance AS a ON a.rule = 'D-02' AND a.name = 'absolute' AND a.entity = f.entity AND a.currency = f.currency
  WHERE abs(f.difference) > coalesce(a.amount, 0)
), placed AS (
  SELECT entity, account, line_id, currency, expected, actual, size, booked_on, file_id, row_no, row_number() OVER (PARTITION BY account, currency, is_more ORDER BY booked_on, line_id) AS place,
    count(*) OVER (PARTITION BY account, currency, is_more) AS lines, sum(expected) OVER (PARTITION BY account, currency, is_more) AS all_expected, sum(actual) OVER (PARTITION BY account, currency, is_more) AS all_actual
  FROM told
)
SELECT entity, NULL AS store, concat(account, '/', line_id) AS subject_key, CAST(all_expected AS DECIMAL(18,4)) AS expected, CAST(all_actual AS DECIMAL(18,4)) AS actual, CAST(all_actual - all_expected AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on,
  concat('The fee of a dispute is ', CAST(actual AS VARCHAR), ', by the schedule ', CAST(expected AS VARCHAR),
    CASE WHEN lines > 1 THEN concat('; from ', CAST(booked_on AS VARCHAR), ' on ', lines, ' lines of ', account, ' differ in this way, together ', CAST(CAST(all_actual AS DECIMAL(18,4)) AS VARCHAR), ' instead of ', CAST(CAST(all_expected AS DECIMAL(18,4)) AS VARCHAR)) ELSE '' END, '.') AS cause,
  concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM placed WHERE place = 1
ORDER BY subject_key
