/*
title = "Fee is below the schedule"
kind = "check"
rule = "E-01"
code = "FEE_UNDERCHARGED"
severity = "low"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "A schedule that no longer holds, or a fee that will be charged later."
suggestion = "Check the schedule with the contract."
reads = ["fee_difference"]
against = ["map_fee_schedule"]

[parameters.absolute]
default = "1 unit"
meaning = "difference allowed: an amount, or smallest units of the currency"

[parameters.share]
default = "0.005"
meaning = "difference allowed, as a share of the expected fee"
*/
SELECT d.entity, NULL AS store, concat(d.account, '/', d.line_id) AS subject_key, d.expected, d.fee AS actual, d.difference, d.currency, NULL AS due_on,
  CASE WHEN d.lines > 1 THEN concat('From ', CAST(d.booked_on AS VARCHAR), ' on ', d.lines, ' lines of ', d.account, ' have fees below the schedule, together ', CAST(d.fee AS VARCHAR), ' instead of ', CAST(d.expected AS VARCHAR), '; the first: fee ',
    CAST(d.first_fee AS VARCHAR), ' on ', CAST(d.gross AS VARCHAR), ', the schedule gives ', CAST(d.first_expected AS VARCHAR), '.')
    ELSE concat('Fee ', CAST(d.fee AS VARCHAR), ' on ', CAST(d.gross AS VARCHAR), '; the schedule gives ', CAST(d.expected AS VARCHAR), '.') END AS cause,
  concat(d.file_id, ':', d.row_no) AS evidence, NULL AS candidates
FROM fee_difference AS d WHERE d.side = -1
ORDER BY subject_key
