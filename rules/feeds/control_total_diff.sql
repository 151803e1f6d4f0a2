/*
title = "Control total of a file does not hold"
kind = "check"
rule = "C-03"
code = "CONTROL_TOTAL_DIFF"
severity = "block"
class = "DATA"
subject = "file"
owner = "operations"
why = "Part of the file is missing or was changed. What could only be judged with it waits under this finding."
suggestion = "Ask for the file again: what hangs on its days waits for it, and is judged in the night in which it comes under the same name, or for the same days. One that never comes is taken out with `tieout dead-letter discard`, or resolved; then everything is judged without it."
reads = ["refused_file"]
among = "totalled_file"
cure = "dead_letter"
*/
SELECT NULL AS entity, NULL AS store, concat(d.feed, '/', d.name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat(d.name, ': ', d.reason) AS cause, concat(d.file_id, ':', coalesce(d.row_no, 1)) AS evidence, NULL AS candidates
FROM refused_file AS d WHERE d.replaced_by IS NULL AND d.code IN ('CONTROL_TOTAL_DIFF', 'BALANCE')
QUALIFY row_number() OVER (PARTITION BY d.feed, d.name ORDER BY d.known_at DESC, d.file_id) = 1
ORDER BY subject_key
