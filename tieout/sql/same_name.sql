-- A file of this name that came before with other bytes.
SELECT file_id FROM file WHERE feed = $feed AND name = $name AND state <> 'duplicate' ORDER BY known_at DESC, rowid DESC LIMIT 1
