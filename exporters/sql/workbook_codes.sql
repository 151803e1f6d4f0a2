-- Exceptions to decide by code and currency, and their sum per currency.
SELECT CASE WHEN grouping(code) = 1 THEN 'total' ELSE code END, CASE WHEN grouping(code) = 1 THEN '' ELSE severity END, sum(exceptions),
  coalesce(sum(exceptions) FILTER (WHERE state = 'open'), 0), coalesce(sum(exceptions) FILTER (WHERE state = 'review'), 0), sum(amount), currency
FROM exception_total WHERE standing = 'to_decide' GROUP BY GROUPING SETS ((code, severity, currency), (currency))
ORDER BY grouping(code), CASE severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, code, currency
