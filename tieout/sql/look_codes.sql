-- The codes of exceptions that there were.
SELECT DISTINCT code FROM exception ORDER BY code
