-- The last run and the head it was published with.
SELECT r.run_id, r.as_of, h.head FROM run AS r CROSS JOIN log_head AS h ORDER BY r.seq DESC LIMIT 1
