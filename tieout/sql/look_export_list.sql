-- Files that went out.
SELECT e.known_at, e.kind, e.entity, e.path, e.rows, e.total, e.currency, r.at AS received_at, left(e.sha256, 12) AS sha256 FROM export_file AS e LEFT JOIN receipt AS r ON r.export_id = e.export_id WHERE $entity = '' OR e.entity = $entity ORDER BY e.known_at, e.path
