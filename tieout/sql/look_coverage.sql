-- How many checks had what they need.
SELECT state, count(*) AS checks FROM coverage WHERE kind = 'check' GROUP BY state ORDER BY CASE state WHEN 'controlled' THEN 0 WHEN 'in_part' THEN 1 ELSE 2 END, state
