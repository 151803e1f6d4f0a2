-- Every change of every mapping row.
SELECT "at", file, action, actor, row_key, before, after, reason FROM mapping_event WHERE $file = '' OR file = $file ORDER BY "at", file, row_key NULLS FIRST
