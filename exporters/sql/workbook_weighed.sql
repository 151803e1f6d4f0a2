-- In which currency the money of each currency was compared.
SELECT DISTINCT e.currency, c.weighed_in FROM exception_cause AS c JOIN exception AS e ON e.exception_id = c.exception_id WHERE c.weighed_in IS NOT NULL ORDER BY e.currency, c.weighed_in
