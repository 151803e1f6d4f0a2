-- Checks that could not look at anything, with the tables that they look at.
SELECT name, concat_ws(', ', left_side, right_side) AS tables FROM coverage WHERE kind = 'check' AND state IN ('no_source', 'no_rows') ORDER BY name
