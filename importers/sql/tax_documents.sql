-- Documents; the moment of the last change has no offset where it is UTC.
SELECT row_no, j, regexp_replace(json_extract_string(j, '$.modifiedDate'), '^([0-9-]{10}T[0-9:.]+)$', '\1Z') AS modified FROM stage.lines
