-- Files that a journal entry has gone out in.
SELECT export_id FROM export_entry WHERE entry_id = $entry_id ORDER BY export_id
