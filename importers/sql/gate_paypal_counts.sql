-- PayPal's transaction report: each count of report and file against the rows; counts of sections against them together.
WITH body AS (
  SELECT count(*) AS rows FROM stage.raw_body
), stated AS (
  SELECT row_no, 'RF' AS name, whole_number(records) AS records FROM stage.raw_report_footer
  UNION ALL SELECT row_no, 'RC', whole_number(records) FROM stage.raw_report_count
  UNION ALL SELECT row_no, 'FF', whole_number(records) FROM stage.raw_file_count
  UNION ALL SELECT max(row_no), 'SF', sum(whole_number(records)) FROM stage.raw_count HAVING count(*) > 0
  UNION ALL SELECT max(row_no), 'SC', sum(whole_number(records)) FROM stage.raw_section_count HAVING count(*) > 0
)
SELECT s.row_no, s.name, concat('the report states ', s.records, ' records and holds ', b.rows) AS what
FROM stated AS s CROSS JOIN body AS b WHERE s.records IS DISTINCT FROM b.rows ORDER BY s.row_no, s.name LIMIT 1
