-- Open exceptions of a severity or worse.
SELECT exception_id FROM exception WHERE state IN ('open', 'review') AND (severity = 'block' OR severity = $severity)
