/*
title = "Two contents for one key"
kind = "check"
rule = "C-06"
code = "KEY_CONFLICT"
severity = "block"
class = "DATA"
subject = "file"
owner = "operations"
why = "Neither can be said to be the later one."
suggestion = "Ask the source which one holds; deliver it again."
reads = ["row_conflict"]
*/
SELECT NULL AS entity, NULL AS store, concat(c.table_name, ' ', c.subject_key) AS subject_key, min(c.expected) AS expected, max(c.actual) AS actual, max(c.actual) - min(c.expected) AS difference, max(c.currency) AS currency,
  NULL AS due_on, concat('Two rows of ', c.table_name, ' with the key ', c.subject_key, ' differ.') AS cause, string_agg(DISTINCT concat(c.file_id, ':', c.row_no), ' ' ORDER BY concat(c.file_id, ':', c.row_no)) AS evidence, NULL AS candidates
FROM row_conflict AS c
GROUP BY c.table_name, c.subject_key
ORDER BY subject_key
