/*
title = "Line of a paid payout was changed"
kind = "check"
rule = "C-07"
code = "IMMUTABLE_CHANGED"
severity = "block"
class = "DATA"
subject = "settlement_line"
owner = "treasury"
why = "Books rest on what was paid out; a report that says otherwise afterwards is wrong, or the first one was. What follows from the change, in its payout and against the schedule, is this finding."
suggestion = "Ask the processor which report holds; have it correct the other one."
reads = ["line_changed", "line_fact"]
against = ["settlement_line"]
*/
SELECT l.entity, NULL AS store, concat(c.account, '/', c.line_id) AS subject_key, c.net_before AS expected, c.net AS actual, CASE WHEN c.net_change = 0 THEN c.gross - c.gross_before ELSE c.net_change END AS difference, c.currency, NULL AS due_on,
  concat('A line of payout ', coalesce(c.payout_id, 'none'), ' was paid with ', CAST(c.gross_before AS VARCHAR), ' less ', CAST(- c.fee_before AS VARCHAR), ', a later report says ', CAST(c.gross AS VARCHAR), ' less ', CAST(- c.fee AS VARCHAR), '.') AS cause,
  c.evidence, NULL AS candidates
FROM line_changed AS c JOIN line_fact AS l ON l.account = c.account AND l.line_id = c.line_id
ORDER BY subject_key
