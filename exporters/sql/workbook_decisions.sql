-- Open exceptions that somebody may decide.
SELECT exception_id, code, severity, subject_key, difference, currency FROM exception WHERE state IN ('open', 'review') ORDER BY CASE severity WHEN 'block' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, abs(difference) DESC NULLS LAST, exception_id
