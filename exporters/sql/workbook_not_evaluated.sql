-- What the rules of the last run could not look at: never a finding, never silent.
SELECT u.name, u.rule, u.not_evaluated, CASE WHEN u.state = 'no_source' THEN 'its source was never landed' ELSE 'beyond what a source covers' END
FROM rule_run AS u WHERE u.run_id = $run_id AND u.not_evaluated > 0 ORDER BY u.rule, u.name
