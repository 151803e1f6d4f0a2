/*
title = "The same file again"
kind = "check"
rule = "C-02"
code = "FILE_DUPLICATE"
severity = "low"
class = "CONTROL"
subject = "file"
owner = "operations"
why = "Nothing was added. An extract of Odoo is a list as it stands: that it stands as it did is no finding."
suggestion = "None."
reads = ["file", "run_context"]
cure = "run"
*/
SELECT NULL AS entity, NULL AS store, concat(f.feed, '/', f.name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('The bytes of ', f.name, ' were landed before.') AS cause, concat(f.file_id, ':1') AS evidence, NULL AS candidates
FROM file AS f CROSS JOIN run_context AS r
WHERE f.state = 'duplicate' AND f.known_at = r.known_at
  AND NOT EXISTS (SELECT 1 FROM file AS first WHERE first.file_id = f.file_id AND first.state <> 'duplicate' AND first.importer LIKE 'odoo@_%' ESCAPE '@')
ORDER BY subject_key
