-- The kinds of the objects that belong to another one, with the first line and the number of each.
SELECT coalesce(kind, '') AS kind, min(row_no) AS row_no, count(*) AS lines FROM stage.lines WHERE parent IS NOT NULL AND coalesce(kind, '') <> 'BulkOperation'
GROUP BY coalesce(kind, '') ORDER BY min(row_no)
