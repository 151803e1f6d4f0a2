-- What is published of each landed file's rows.
SELECT file_id, rows, new, same, versions FROM file WHERE state <> 'duplicate'
