-- Source tables that have rows.
SELECT DISTINCT source FROM completeness WHERE lines > 0 ORDER BY source
