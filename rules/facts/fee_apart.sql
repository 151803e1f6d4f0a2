/*
title = "Fees that differ from the schedule beyond what is allowed, those of one kind together"
kind = "fact"
why = "Fees of disputes (D-02), fees of refunds (E-05) and the tax on fees (E-04): all lines of an account that differ to one side are one row, at the first of them."
reads = ["dispute_fee", "refund_fee", "fee_tax_line", "allowance"]
*/
WITH line AS (
  SELECT 'D-02' AS rule, entity, account, line_id, currency, expected, actual, difference, size, booked_on, file_id, row_no FROM dispute_fee
  UNION ALL SELECT 'E-05', entity, account, line_id, currency, expected, actual, difference, size, booked_on, file_id, row_no FROM refund_fee
  UNION ALL SELECT 'E-04', entity, account, line_id, currency, expected, actual, difference, size, booked_on, file_id, row_no FROM fee_tax_line
), told AS (
  SELECT l.rule, l.entity, l.account, l.line_id, l.currency, l.expected, l.actual, l.size, l.booked_on, l.file_id, l.row_no, l.difference > 0 AS is_more
  FROM line AS l LEFT JOIN allowance AS a ON a.rule = l.rule AND a.name = 'absolute' AND a.entity = l.entity AND a.currency = l.currency
  WHERE abs(l.difference) > coalesce(a.amount, 0)
), placed AS (
  SELECT rule, entity, account, line_id, currency, expected, actual, size, booked_on, file_id, row_no, row_number() OVER (PARTITION BY rule, account, currency, is_more ORDER BY booked_on, line_id) AS place, count(*) OVER (PARTITION BY rule, account, currency, is_more) AS lines,
    CAST(sum(expected) OVER (PARTITION BY rule, account, currency, is_more) AS DECIMAL(18,4)) AS all_expected, CAST(sum(actual) OVER (PARTITION BY rule, account, currency, is_more) AS DECIMAL(18,4)) AS all_actual
  FROM told
)
SELECT rule, entity, account, line_id, currency, all_expected AS expected, all_actual AS actual, CAST(all_actual - all_expected AS DECIMAL(18,4)) AS difference, expected AS first_expected, actual AS first_actual, size,
  CASE WHEN lines > 1 THEN concat('; from ', CAST(booked_on AS VARCHAR), ' on ', lines, ' lines of ', account, ' differ in this way, together ', CAST(all_actual AS VARCHAR), ' instead of ', CAST(all_expected AS VARCHAR)) ELSE '' END AS more_words, file_id, row_no
FROM placed WHERE place = 1
