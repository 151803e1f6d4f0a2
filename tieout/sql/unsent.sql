-- Sealed files of a remote that have no receipt yet.
SELECT export_id, path, sha256 FROM ledger.main.export_file AS e WHERE e.remote = $remote AND NOT EXISTS (SELECT 1 FROM ledger.main.receipt AS r WHERE r.export_id = e.export_id AND r.remote = $remote) ORDER BY known_at, path
