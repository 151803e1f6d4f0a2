-- What reads a file, and how people know it.
SELECT importer, concat(feed, '/', name), CAST(known_at AS DATE) FROM file WHERE file_id = $file_id AND importer <> '' ORDER BY known_at LIMIT 1
