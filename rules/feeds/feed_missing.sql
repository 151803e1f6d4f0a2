/*
title = "Feed is late"
kind = "check"
rule = "C-01"
code = "FEED_MISSING"
severity = "high"
class = "TECH_TRANSIENT"
subject = "feed"
owner = "operations"
why = "What did not arrive cannot be judged: it is one finding, and what lies beyond is not evaluated."
suggestion = "Fetch the file again, or declare the day a holiday in calendars.csv."
reads = ["feed", "file", "run_context", "map_store", "map_processor_account", "map_bank_account", "run", "business_day"]
against = ["file"]
*/
WITH owned AS (
  SELECT f.feed, f.expected, f.days, f.owner, coalesce(s.entity, p.entity, b.entity, CASE WHEN f.kind = 'entity' THEN f.owner_key END) AS entity,
    CAST(CAST(r.as_of AS TIMESTAMP) - to_hours(f.grace_hours) AS DATE) - 1 AS cutoff
  FROM feed AS f CROSS JOIN run_context AS r
  LEFT JOIN map_store AS s ON f.kind = 'store' AND s.store = f.owner_key AND r.as_of BETWEEN s.valid_from AND s.valid_to
  LEFT JOIN map_processor_account AS p ON f.kind = 'account' AND p.account = f.owner_key AND r.as_of BETWEEN p.valid_from AND p.valid_to
  LEFT JOIN map_bank_account AS b ON f.kind = 'bank_account' AND b.bank_account = f.owner_key AND r.as_of BETWEEN b.valid_from AND b.valid_to
  WHERE f.expected <> 'never'
), covered AS (
  SELECT l.feed, max(greatest(coalesce(u.as_of, r.as_of) - 1, least(l.complete_until, coalesce(u.as_of, r.as_of)))) AS day, max(l.file_id) AS file_id
  FROM file AS l CROSS JOIN run_context AS r LEFT JOIN run AS u ON u.run_id = l.run_id
  WHERE l.state NOT IN ('duplicate', 'announced') GROUP BY l.feed
), wanted AS (
  SELECT o.feed, max(d.day) AS day FROM owned AS o JOIN business_day AS d ON d.entity = o.entity AND d.is_business AND d.day <= o.cutoff GROUP BY o.feed
)
SELECT o.entity, NULL AS store, o.feed AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('Feed ', o.feed, ' is expected ', o.expected, '; it has arrived up to ', coalesce(CAST(c.day AS VARCHAR), 'no day yet'), '.') AS cause,
  CASE WHEN c.file_id IS NULL THEN '' ELSE concat(c.file_id, ':1') END AS evidence, NULL AS candidates, o.owner
FROM owned AS o
LEFT JOIN covered AS c ON c.feed = o.feed
LEFT JOIN wanted AS w ON w.feed = o.feed
WHERE c.day IS NULL OR (o.expected = 'daily' AND c.day < coalesce(w.day, o.cutoff)) OR (o.expected <> 'daily' AND c.day + o.days <= o.cutoff)
ORDER BY subject_key
