-- What each check, match and posting had before it, the least controlled first; then the tables, the owners of which nothing has landed, and the accounts that no check looks at.
SELECT kind, name, rule, state, left_side, rows_left, right_side, rows_right, not_evaluated
FROM coverage WHERE kind <> 'rule' AND NOT (kind = 'source' AND state = 'no_source')
ORDER BY CASE kind WHEN 'check' THEN 0 WHEN 'match' THEN 1 WHEN 'post' THEN 2 WHEN 'source' THEN 3 ELSE 4 END,
  CASE state WHEN 'not_controlled' THEN 0 WHEN 'no_source' THEN 1 WHEN 'no_rows' THEN 2 WHEN 'one_sided' THEN 3 WHEN 'not_evaluated' THEN 4 WHEN 'in_part' THEN 5 WHEN 'read' THEN 6 ELSE 7 END, name
