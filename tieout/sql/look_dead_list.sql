-- Refused files that wait.
SELECT d.known_at, d.feed, d.name, d.code, d.reason, d.row_no, d.column_name, left(d.file_id, 12) AS file_id FROM dead_letter AS d WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at) ORDER BY d.known_at, d.feed, d.name
