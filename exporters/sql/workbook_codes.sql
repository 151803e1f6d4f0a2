-- Open exceptions by code and currency, and their sum per currency.
SELECT CASE WHEN grouping(code) = 1 THEN 'total' ELSE code END, CASE WHEN grouping(code) = 1 THEN '' ELSE severity END, count(*), coalesce(sum(abs(difference)), 0), currency
FROM exception WHERE state IN ('open', 'review') GROUP BY GROUPING SETS ((code, severity, currency), (currency))
ORDER BY grouping(code), CASE severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, code, currency
