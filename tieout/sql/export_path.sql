-- Where a sealed file lies.
SELECT path FROM ledger.main.export_file WHERE export_id = $export_id ORDER BY known_at LIMIT 1
