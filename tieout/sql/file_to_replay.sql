-- The landed file of a name, or whose hash begins so; the latest of several.
SELECT file_id, name, feed, importer FROM file WHERE state <> 'duplicate' AND (file_id LIKE concat($file, '%') OR name = $file) ORDER BY known_at DESC, file_id LIMIT 1
