-- The last approved content of every mapping file.
SELECT file, proposal_id, content_sha256 FROM mapping_event WHERE action = 'approved' AND row_key IS NULL QUALIFY row_number() OVER (PARTITION BY file ORDER BY rowid DESC) = 1 ORDER BY file
