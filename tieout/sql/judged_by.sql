-- The text that each rule had in the last run.
SELECT name, rule_sha256 FROM pub.main.rule_run WHERE run_id = (SELECT max_by(run_id, seq) FROM pub.main.run)
