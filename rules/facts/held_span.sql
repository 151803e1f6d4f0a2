/*
title = "What is known to be missing, and from which day to which"
kind = "fact"
why = "One row for each source that a finding says to be incomplete: a refused file, by its format, else by that of files of a like name, else all that its kind of feed can bring; the days between two statements or batches; a day that a report, an export or an extract lacks. What could only be judged with it waits for it. A refused file covers the days that could be read in it; else those since the file before it, up to the day in its name, or up to the day before the next file. Of an extract of Odoo nothing is known from the one before it until it is delivered again."
reads = ["refused_file", "landed_day", "feed", "format_table", "file", "watermark_fact", "bank_gap", "batch_gap", "line_gap", "payment_gap", "odoo_gap"]
*/
WITH open AS (
  SELECT r.feed, r.name, r.file_id, r.code, r.importer, r.first_on, r.last_on, r.read_by, r.known_at, CAST(r.known_at AS DATE) AS came_on, f.kind, f.owner_key, regexp_replace(r.name, '[0-9]', '', 'g') AS stem
  FROM refused_file AS r JOIN feed AS f ON f.feed = r.feed WHERE r.replaced_by IS NULL AND r.read_by IS NOT NULL
), like_named AS (
  SELECT DISTINCT o.feed, o.name, o.file_id, l.importer
  FROM open AS o JOIN file AS l ON o.importer IS NULL AND l.feed = o.feed AND l.state <> 'duplicate' AND l.importer <> '' AND regexp_replace(l.name, '[0-9]', '', 'g') = o.stem
), format AS (
  SELECT feed, name, file_id, importer FROM open WHERE importer IS NOT NULL
  UNION SELECT feed, name, file_id, importer FROM like_named
  UNION
  SELECT o.feed, o.name, o.file_id, t.importer
  FROM open AS o JOIN format_table AS t ON t.kind = o.kind
  WHERE o.importer IS NULL AND NOT EXISTS (SELECT 1 FROM like_named AS l WHERE l.feed = o.feed AND l.name = o.name AND l.file_id = o.file_id)
), counted AS (
  SELECT file_id, feed, name, importer, known_at, min(day) AS first_on, max(day) AS last_on FROM landed_day GROUP BY file_id, feed, name, importer, known_at
), follow AS (
  SELECT feed, importer, known_at, first_on, lag(first_on) OVER (PARTITION BY feed, importer, known_at ORDER BY name, file_id) AS before_on FROM counted
), risen AS (
  -- names that come in the order of their days say where a file that came in the same night lies
  SELECT feed, importer, known_at, count(*) > 1 AND bool_and(before_on IS NULL OR before_on < first_on) AS by_name FROM follow GROUP BY feed, importer, known_at
), ends AS (
  SELECT c.file_id, c.feed, c.name, c.importer, c.known_at, c.first_on, c.last_on, r.by_name FROM counted AS c JOIN risen AS r ON r.feed = c.feed AND r.importer = c.importer AND r.known_at = c.known_at
), before AS (
  SELECT o.feed, o.name, o.file_id, max(e.last_on) AS last_on
  FROM open AS o JOIN format AS t ON t.feed = o.feed AND t.name = o.name AND t.file_id = o.file_id
  JOIN ends AS e ON e.feed = o.feed AND e.importer = split_part(t.importer, ':', 1)
    AND CASE WHEN o.read_by = 'name' THEN e.last_on < o.last_on ELSE e.known_at < o.known_at OR (e.known_at = o.known_at AND e.by_name AND e.name < o.name) END
  WHERE o.read_by <> 'content' GROUP BY o.feed, o.name, o.file_id
), behind AS (
  SELECT o.feed, o.name, o.file_id, min(e.first_on) AS first_on
  FROM open AS o JOIN format AS t ON t.feed = o.feed AND t.name = o.name AND t.file_id = o.file_id
  LEFT JOIN before AS b ON b.feed = o.feed AND b.name = o.name AND b.file_id = o.file_id
  JOIN ends AS e ON e.feed = o.feed AND e.importer = split_part(t.importer, ':', 1) AND (b.last_on IS NULL OR e.first_on > b.last_on)
    AND CASE WHEN o.read_by = 'name' THEN e.first_on > o.last_on ELSE e.known_at > o.known_at OR (e.known_at = o.known_at AND e.by_name AND e.name > o.name) END
  WHERE o.read_by <> 'content' GROUP BY o.feed, o.name, o.file_id
), spanned AS (
  SELECT o.feed, o.name, o.file_id, o.code, o.kind, o.owner_key, o.came_on,
    CASE WHEN o.read_by = 'content' THEN o.first_on WHEN o.first_on < o.last_on THEN o.first_on ELSE coalesce(b.last_on + 1, o.first_on, DATE '1900-01-01') END AS from_on,
    CASE WHEN o.read_by = 'content' THEN o.last_on ELSE least(coalesce(o.last_on, o.came_on), coalesce(n.first_on - 1, o.last_on, o.came_on)) END AS until_on
  FROM open AS o
  LEFT JOIN before AS b ON b.feed = o.feed AND b.name = o.name AND b.file_id = o.file_id
  LEFT JOIN behind AS n ON n.feed = o.feed AND n.name = o.name AND n.file_id = o.file_id
), source AS (
  SELECT DISTINCT s.feed, s.name, s.code, s.kind, s.owner_key, t.source, s.came_on, s.from_on, s.until_on
  FROM spanned AS s JOIN format AS m ON m.feed = s.feed AND m.name = s.name AND m.file_id = s.file_id JOIN format_table AS t ON t.importer = m.importer AND t.kind = s.kind
)
SELECT CASE WHEN s.code IN ('CONTROL_TOTAL_DIFF', 'BALANCE') THEN 'C-03' ELSE 'C-04' END AS rule, CASE WHEN s.code IN ('CONTROL_TOTAL_DIFF', 'BALANCE') THEN 'CONTROL_TOTAL_DIFF' ELSE 'SCHEMA_DRIFT' END AS code,
  'file' AS subject_kind, concat(s.feed, '/', s.name) AS subject_key, s.source, s.kind, s.owner_key, s.feed,
  CASE WHEN s.source LIKE 'odoo%' THEN coalesce(w.complete_until + 1, DATE '1900-01-01') ELSE s.from_on END AS from_on, CASE WHEN s.source LIKE 'odoo%' THEN s.came_on ELSE s.until_on END AS until_on
FROM source AS s LEFT JOIN watermark_fact AS w ON w.source = s.source AND w.owner_key = s.owner_key
UNION ALL
SELECT 'C-05', 'STATEMENT_GAP', 'bank_line', concat(g.bank_account, '/', g.statement_id), 'bank_line', 'bank_account', g.bank_account, NULL, g.missing_from, g.missing_until
FROM bank_gap AS g WHERE NOT g.takes_back AND g.missing_from <= g.missing_until
UNION ALL
SELECT 'C-05', 'STATEMENT_GAP', 'payout', concat(g.account, '/', g.batch_id), t.source, 'account', g.account, NULL, g.missing_from, g.missing_until
FROM batch_gap AS g CROSS JOIN (SELECT 'settlement_line' AS source UNION ALL SELECT 'payout') AS t WHERE g.missing_from <= g.missing_until
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', f.feed, t.source, 'account', g.account, NULL, g.day, g.day
FROM line_gap AS g JOIN (SELECT owner_key, min(feed) AS feed FROM feed WHERE kind = 'account' GROUP BY owner_key) AS f ON f.owner_key = g.account
CROSS JOIN (SELECT 'settlement_line' AS source UNION ALL SELECT 'payout') AS t WHERE g.payout_id IS NULL
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', g.feed, 'order_transaction', 'store', g.store, NULL, g.day, g.day FROM payment_gap AS g
UNION ALL
SELECT 'C-01', 'FEED_MISSING', 'feed', f.feed, t.source, 'entity', g.entity, NULL, g.day, g.day
FROM odoo_gap AS g JOIN (SELECT d.owner_key, min(d.feed) AS feed FROM feed AS d JOIN file AS l ON l.feed = d.feed AND l.importer IN ('odoo_sale_order', 'odoo_move') WHERE d.kind = 'entity' GROUP BY d.owner_key) AS f ON f.owner_key = g.entity
CROSS JOIN (SELECT 'odoo_sale_order' AS source UNION ALL SELECT 'odoo_move' UNION ALL SELECT 'odoo_journal_item') AS t
