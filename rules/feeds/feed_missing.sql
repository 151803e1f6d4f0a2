/*
title = "Feed is late, or lacks a day"
kind = "check"
rule = "C-01"
code = "FEED_MISSING"
severity = "high"
class = "TECH_TRANSIENT"
subject = "feed"
owner = "operations"
why = "What did not arrive cannot be judged: it is one finding, and what lies beyond is not evaluated."
suggestion = "Fetch the file again, for the days that it lacks too, or declare the day a holiday in calendars.csv."
reads = ["feed", "file", "run_context", "map_store", "map_processor_account", "map_bank_account", "run", "business_day", "odoo_gap", "line_gap", "payment_gap"]
waits_for = ["settlement_line", "order_transaction", "odoo_sale_order", "odoo_move"]
against = ["file"]
*/
WITH owned AS (
  SELECT f.feed, f.kind, f.owner_key, f.expected, f.days, f.owner, coalesce(s.entity, p.entity, b.entity, CASE WHEN f.kind = 'entity' THEN f.owner_key END) AS entity,
    r.as_of - CAST((CAST(f.grace_hours AS INT128) + 23) // CAST(24 AS INT128) AS INTEGER) - 1 AS cutoff
  FROM feed AS f CROSS JOIN run_context AS r
  LEFT JOIN map_store AS s ON f.kind = 'store' AND s.store = f.owner_key AND r.as_of BETWEEN s.valid_from AND s.valid_to
  LEFT JOIN map_processor_account AS p ON f.kind = 'account' AND p.account = f.owner_key AND r.as_of BETWEEN p.valid_from AND p.valid_to
  LEFT JOIN map_bank_account AS b ON f.kind = 'bank_account' AND b.bank_account = f.owner_key AND r.as_of BETWEEN b.valid_from AND b.valid_to
), lacked AS (
  SELECT 'entity' AS kind, g.entity AS owner_key, g.day, g.orders AS rows, g.amount, g.currency, 'orders' AS what FROM odoo_gap AS g
  UNION ALL
  SELECT 'account', g.account, g.day, g.captures, g.amount, g.currency, 'payments' FROM line_gap AS g WHERE g.payout_id IS NULL
  UNION ALL
  SELECT 'feed', g.feed, g.day, g.orders, g.amount, g.currency, 'paid orders' FROM payment_gap AS g
), gap AS (
  SELECT kind, owner_key, string_agg(concat('It has nothing of ', CAST(day AS VARCHAR), ', a day with ', rows, ' ', what, concat(' of ', CAST(amount AS VARCHAR), ' ' || currency), '.'), ' ' ORDER BY day, currency) AS words,
    CASE WHEN min(currency) = max(currency) AND count(currency) = count(*) THEN sum(amount) END AS amount, CASE WHEN min(currency) = max(currency) AND count(currency) = count(*) THEN min(currency) END AS currency
  FROM lacked GROUP BY kind, owner_key
), brought AS (
  -- a company may have feeds beside that of Odoo's extracts: what these lack is not theirs
  SELECT DISTINCT feed FROM file WHERE importer IN ('odoo_sale_order', 'odoo_move')
), covered AS (
  SELECT l.feed, max(greatest(coalesce(u.as_of, r.as_of) - 1, least(l.complete_until, coalesce(u.as_of, r.as_of)))) AS day, max(l.file_id) AS file_id
  FROM file AS l CROSS JOIN run_context AS r LEFT JOIN run AS u ON u.run_id = l.run_id
  WHERE l.state NOT IN ('duplicate', 'announced') GROUP BY l.feed
), wanted AS (
  SELECT o.feed, max(d.day) AS day FROM owned AS o JOIN business_day AS d ON d.entity = o.entity AND d.is_business AND d.day <= o.cutoff GROUP BY o.feed
), late AS (
  SELECT o.feed, concat('Feed ', o.feed, ' is expected ', o.expected, '; it has arrived up to ', coalesce(CAST(c.day AS VARCHAR), 'no day yet'), '.') AS words
  FROM owned AS o
  LEFT JOIN covered AS c ON c.feed = o.feed
  LEFT JOIN wanted AS w ON w.feed = o.feed
  WHERE o.expected <> 'never' AND (c.day IS NULL OR (o.expected = 'daily' AND c.day < coalesce(w.day, o.cutoff)) OR (o.expected <> 'daily' AND c.day + o.days <= o.cutoff))
)
SELECT o.entity, NULL AS store, o.feed AS subject_key, NULL AS expected, NULL AS actual, g.amount AS difference, g.currency, NULL AS due_on,
  concat_ws(' ', l.words, CASE WHEN l.words IS NULL THEN concat('Feed ', o.feed, ': ', lower(left(g.words, 1)), substr(g.words, 2)) ELSE g.words END) AS cause,
  CASE WHEN c.file_id IS NULL THEN '' ELSE concat(c.file_id, ':1') END AS evidence, NULL AS candidates, o.owner
FROM owned AS o
LEFT JOIN covered AS c ON c.feed = o.feed
LEFT JOIN late AS l ON l.feed = o.feed
LEFT JOIN brought AS b ON b.feed = o.feed
LEFT JOIN gap AS g ON g.kind = o.kind AND g.owner_key = o.owner_key AND (g.kind <> 'entity' OR b.feed IS NOT NULL) OR g.kind = 'feed' AND g.owner_key = o.feed
WHERE l.feed IS NOT NULL OR g.owner_key IS NOT NULL
ORDER BY subject_key
