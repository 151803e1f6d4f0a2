/*
title = "File has columns nobody declared"
kind = "check"
rule = "C-04"
code = "SCHEMA_DRIFT"
severity = "high"
class = "DATA"
subject = "feed"
owner = "operations"
why = "The source changed its export; what the column says is not read."
suggestion = "Look whether the new column carries money, then extend the importer."
reads = ["file"]
against = ["file"]
*/
SELECT NULL AS entity, NULL AS store, f.feed AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat(max(f.name), ' has the unknown columns ', max(f.unknown_columns), '.') AS cause, concat(max(f.file_id), ':1') AS evidence, NULL AS candidates
FROM file AS f WHERE f.unknown_columns IS NOT NULL
GROUP BY f.feed
ORDER BY subject_key
