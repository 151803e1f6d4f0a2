-- Refused files that wait and were refused under other mappings, settings or importers than those of now; not those of which one of the same name has landed since.
SELECT d.file_id, d.feed, d.name, d.code
FROM (SELECT *, row_number() OVER (PARTITION BY file_id, feed, name ORDER BY rowid DESC) AS place FROM ledger.main.dead_letter) AS d
WHERE d.place = 1 AND d.state = 'waiting' AND d.base IS DISTINCT FROM $base
  AND NOT EXISTS (SELECT 1 FROM ledger.main.file AS f WHERE f.feed = d.feed AND f.name = d.name AND f.state <> 'duplicate' AND f.known_at >= d.known_at)
ORDER BY d.known_at, d.feed, d.name, d.file_id
LIMIT 200
