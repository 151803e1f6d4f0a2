-- What the last run's rules could not look at: subjects beyond what a source covers.
SELECT u.rule, u.name, u.not_evaluated, u.state FROM rule_run AS u JOIN (SELECT run_id FROM run ORDER BY seq DESC LIMIT 1) AS l ON l.run_id = u.run_id WHERE u.not_evaluated > 0 ORDER BY u.rule, u.name
