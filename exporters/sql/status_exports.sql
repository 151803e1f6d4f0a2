-- What the run has written to go out, and the files of earlier runs that a remote has not received.
SELECT e.path, e.kind, e.entity, e.rows, e.total, e.currency, CASE WHEN r.export_id IS NOT NULL THEN concat('received by ', r.remote) WHEN e.remote = 'local' THEN 'lies in outbox/' ELSE concat('waits for ', e.remote) END AS state
FROM export_file AS e LEFT JOIN (SELECT export_id, min(remote) AS remote FROM receipt GROUP BY export_id) AS r ON r.export_id = e.export_id
WHERE e.run_id = $run_id OR (e.remote <> 'local' AND r.export_id IS NULL)
ORDER BY e.path
