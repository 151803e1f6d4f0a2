-- Files that a journal entry has gone out in, or the file of this path.
SELECT export_id FROM export_entry WHERE entry_id = $what UNION SELECT export_id FROM export_file WHERE path = $what ORDER BY export_id
