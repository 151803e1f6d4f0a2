-- The lists of which a file came again tonight, and whose.
SELECT DISTINCT f.importer, f.context FROM file AS f JOIN file AS a ON a.file_id = f.file_id AND a.state = 'duplicate' AND a.run_id = $run_id WHERE f.importer <> ''
