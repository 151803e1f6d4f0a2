-- A manifest as the cache knows it.
INSERT INTO log_leaf (seq, kind, key, run_id, "at", sha256, prev) SELECT $seq, $kind, $key, $run, $moment, $head, $prev
