-- The last record of a PayPal settlement report, and which of its footers are not there: every section ends with its own, the file with its count.
-- A report of several files has its report footer in the last of them alone.
SELECT (SELECT max(row_no) FROM (SELECT row_no FROM stage.raw_body UNION ALL SELECT row_no FROM stage.raw_section UNION ALL SELECT row_no FROM stage.raw_count)) AS row_no,
  concat_ws(', ',
    CASE WHEN EXISTS (SELECT 1 FROM stage.raw_body AS b WHERE NOT EXISTS (SELECT 1 FROM stage.raw_footer AS f WHERE f."section period start" = b."section period start"))
      OR (SELECT count(*) FROM stage.raw_count) < (SELECT count(*) FROM stage.raw_section) THEN 'section' END,
    CASE WHEN NOT EXISTS (SELECT 1 FROM stage.raw_file_count) THEN 'file' END) AS lacks
