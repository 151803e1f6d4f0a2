-- Rows that one of two tables has more often than the other.
SELECT 'published' AS side, p.* FROM (SELECT * FROM published EXCEPT ALL SELECT * FROM again) AS p
UNION ALL
SELECT 'again', a.* FROM (SELECT * FROM again EXCEPT ALL SELECT * FROM published) AS a
ORDER BY ALL
