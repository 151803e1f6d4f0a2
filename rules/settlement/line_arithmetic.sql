/*
title = "Parts of a settlement line do not make its net"
kind = "check"
rule = "S-04"
code = "LINE_ARITHMETIC"
severity = "block"
class = "DATA"
subject = "settlement_line"
owner = "treasury"
why = "The line cannot be trusted in any sum."
suggestion = "Ask the processor for a corrected report."
reads = ["line_fact"]
*/
SELECT l.entity, NULL AS store, concat(l.account, '/', l.line_id) AS subject_key, l.net_stated AS expected, l.net AS actual, l.net_stated - l.net AS difference, l.currency, NULL AS due_on,
  concat('Net is stated as ', CAST(l.net_stated AS VARCHAR), ', its parts make ', CAST(l.net AS VARCHAR), '.') AS cause, concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line_fact AS l WHERE l.net <> l.net_stated
ORDER BY subject_key
