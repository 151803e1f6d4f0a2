/*
title = "File does not fit its format"
kind = "check"
rule = "C-04"
code = "SCHEMA_DRIFT"
severity = "block"
class = "DATA"
subject = "file"
owner = "operations"
why = "Nothing of the file was landed."
suggestion = "See the reason beside the file in dead-letters/; once a right one has landed, take it out with `tieout dead-letter discard`."
reads = ["dead_letter"]
cure = "dead_letter"
*/
SELECT NULL AS entity, NULL AS store, concat(d.feed, '/', d.name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat(d.name, ': ', d.reason) AS cause, concat(d.file_id, ':', coalesce(d.row_no, 1)) AS evidence, NULL AS candidates
FROM dead_letter AS d WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at) AND d.code NOT IN ('CONTROL_TOTAL_DIFF', 'BALANCE')
QUALIFY row_number() OVER (PARTITION BY d.feed, d.name ORDER BY d.known_at DESC, d.file_id) = 1
ORDER BY subject_key
