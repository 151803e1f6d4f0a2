-- Rows of one list that tonight's files lack though they have what lies around them: within the days of their rows (where a list has none, between their ids), of a kind that they have, changed no longer ago than any of theirs,
-- and few beside what they have. An extract of what changed lately, of one journal or of some days is not taken for the whole list.
-- And journal items of an entry that they hold whole without them: those that they have of it balance, and one of these was written later. Odoo makes the lines of an entry anew when it is edited, so any extract tells this.
WITH theirs AS (
  SELECT DISTINCT odoo_id FROM temp.seen WHERE table_name = $table AND entity = $entity
), known AS (
  SELECT l.odoo_id, CAST(l.odoo_id AS BIGINT) AS no, l.day, l.place, l.written_at, l.file_id, l.row_no, t.odoo_id IS NOT NULL AS is_there
  FROM temp.listed AS l LEFT JOIN theirs AS t ON t.odoo_id = l.odoo_id WHERE l.table_name = $table AND l.entity = $entity
), span AS (
  SELECT min(day) AS first_on, max(day) AS last_on, min(no) AS first_no, max(no) AS last_no, min(written_at) AS written_at FROM known WHERE is_there
), around AS (
  SELECT k.file_id, k.row_no, k.is_there
  FROM known AS k CROSS JOIN span AS s
  WHERE k.place IN (SELECT place FROM known WHERE is_there) AND (k.is_there OR coalesce(k.written_at >= s.written_at, TRUE))
    AND CASE WHEN k.day IS NULL THEN k.no > s.first_no AND k.no < s.last_no ELSE k.day > s.first_on AND k.day < s.last_on END
), lost AS (
  SELECT file_id, row_no FROM around WHERE NOT is_there AND (SELECT count(*) FROM around WHERE NOT is_there) * $most <= (SELECT count(*) FROM around)
), edited AS (
  SELECT i.move_odoo_id, max(i.written_at) AS written_at
  FROM odoo_journal_item_current AS i JOIN theirs AS t ON t.odoo_id = i.odoo_id WHERE $table = 'odoo_journal_item' AND i.entity = $entity AND i.move_odoo_id IS NOT NULL
  GROUP BY i.move_odoo_id HAVING sum(i.debit - i.credit) = 0
), gone AS (
  SELECT file_id, row_no FROM lost
  UNION
  SELECT i.file_id, i.row_no FROM odoo_journal_item_current AS i JOIN edited AS m ON m.move_odoo_id = i.move_odoo_id AND i.written_at < m.written_at
  WHERE i.entity = $entity AND NOT EXISTS (SELECT 1 FROM theirs AS t WHERE t.odoo_id = i.odoo_id)
)
SELECT $table AS table_name, file_id, row_no, 0 AS sub_no, (SELECT min(file_id) FROM temp.seen WHERE table_name = $table AND entity = $entity) AS by_file_id, 1 AS by_row_no, CAST($known_at AS TIMESTAMP) AS known_at
FROM gone
ORDER BY file_id, row_no
