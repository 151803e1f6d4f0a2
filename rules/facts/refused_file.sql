/*
title = "Refused files that wait, and which file has taken the place of one"
kind = "fact"
why = "A file was delivered again where one of its feed and name has landed since that speaks of its days; or one of its format, under another name, that begins and ends on the same days, or has rows on as many days of its span, where these are three or more."
reads = ["dead_letter", "file", "landed_day"]
*/
WITH waiting AS (
  SELECT d.feed, d.name, d.file_id, d.code, d.reason, d.row_no, d.importer, d.first_on, d.last_on, d.days, d.read_by, d.known_at
  FROM dead_letter AS d
  WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at)
  QUALIFY row_number() OVER (PARTITION BY d.feed, d.name, d.file_id ORDER BY d.known_at DESC, d.code) = 1
), spoken AS (
  SELECT w.feed, w.name, w.file_id, l.file_id AS by_id, min(l.day) AS first_on, max(l.day) AS last_on, count(DISTINCT CASE WHEN l.day BETWEEN w.first_on AND w.last_on THEN l.day END) AS days
  FROM waiting AS w JOIN landed_day AS l ON l.feed = w.feed GROUP BY w.feed, w.name, w.file_id, l.file_id
), later AS (
  SELECT w.feed, w.name, w.file_id, f.file_id AS by_id, f.known_at
  FROM waiting AS w
  JOIN file AS f ON f.feed = w.feed AND f.known_at >= w.known_at AND f.file_id <> w.file_id AND f.state <> 'duplicate'
  LEFT JOIN spoken AS s ON s.feed = w.feed AND s.name = w.name AND s.file_id = w.file_id AND s.by_id = f.file_id
  WHERE (f.name = w.name AND (w.first_on IS NULL OR s.first_on IS NULL OR (s.first_on <= w.last_on AND s.last_on >= w.first_on)))
    OR (f.importer = split_part(w.importer, ':', 1) AND w.read_by = 'content' AND s.first_on = w.first_on AND s.last_on = w.last_on)
    OR (f.importer = split_part(w.importer, ':', 1) AND w.read_by = 'content' AND w.days > 2 AND s.first_on <= w.first_on AND s.last_on >= w.last_on AND s.days >= w.days)
), replaced AS (
  SELECT feed, name, file_id, by_id FROM later QUALIFY row_number() OVER (PARTITION BY feed, name, file_id ORDER BY known_at, by_id) = 1
)
SELECT w.feed, w.name, w.file_id, w.code, w.reason, w.row_no, w.importer, w.first_on, w.last_on, w.days, w.read_by, w.known_at, r.by_id AS replaced_by
FROM waiting AS w LEFT JOIN replaced AS r ON r.feed = w.feed AND r.name = w.name AND r.file_id = w.file_id
