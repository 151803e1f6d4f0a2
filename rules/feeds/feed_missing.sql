/*
title = "Feed is late"
kind = "check"
rule = "C-01"
code = "FEED_MISSING"
severity = "high"
class = "TECH_TRANSIENT"
subject = "feed"
owner = "operations"
why = "What did not arrive cannot be judged."
suggestion = "Fetch the file again, or declare the day a holiday."
reads = ["feed", "file"]
*/
SELECT NULL AS entity, NULL AS store, f.feed AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('Feed ', f.feed, ' is expected ', f.expected, '; its last file covers up to ', coalesce(CAST(max(l.complete_until) AS VARCHAR), 'nothing yet'), '.') AS cause, '' AS evidence, NULL AS candidates
FROM feed AS f CROSS JOIN run_context AS r LEFT JOIN file AS l ON l.feed = f.feed AND l.state IS DISTINCT FROM 'announced'
WHERE f.expected <> 'never'
GROUP BY f.feed, f.expected, f.days, f.grace_hours, r.as_of
HAVING max(coalesce(l.complete_until, CAST(l.known_at AS DATE))) IS NULL
  OR date_diff('day', max(coalesce(l.complete_until, CAST(l.known_at AS DATE))), r.as_of) * 24 > f.days * 24 + 24 + f.grace_hours
ORDER BY subject_key
