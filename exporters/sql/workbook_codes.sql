-- Open exceptions by code.
SELECT code, severity, count(*), CAST(coalesce(sum(abs(difference)), 0) AS DECIMAL(18,2)), currency FROM exception WHERE state IN ('open', 'review') GROUP BY code, severity, currency ORDER BY CASE severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, code, currency
