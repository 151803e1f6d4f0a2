-- Who proposed, approved or declined what, in order; $file empty = every file.
SELECT "at", file, action, actor, reason, row_key, before, after, proposal_id, base_sha256, signature FROM mapping_event WHERE $file = '' OR file = $file ORDER BY rowid
