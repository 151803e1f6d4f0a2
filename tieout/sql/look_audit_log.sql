-- The log, leaf by leaf.
SELECT seq, kind, key, run_id, "at", sha256 FROM log_leaf ORDER BY seq
