/*
title = "Rows are dated after the day on which they came"
kind = "check"
rule = "C-10"
code = "DATE_OUT_OF_RANGE"
severity = "medium"
class = "DATA"
subject = "file"
owner = "operations"
why = "Nobody sells, pays or books tomorrow: the year is wrong, day and month are exchanged, or the clock of the source. One finding per file; a day more is the other side of the world. Payouts may carry the day that is expected, and entries of Odoo are post-dated on purpose: they are not looked at. No watermark rests on such a day."
suggestion = "Look at the row in the source; have it corrected there, and load the file again."
reads = ["file", "sales_order_current", "order_transaction_current", "settlement_line_current", "bank_line_current"]
against = ["file"]
*/
WITH ahead AS (
  SELECT file_id, row_no, created_on AS day, 'order' AS what FROM sales_order_current WHERE created_on > CAST(known_at AS DATE) + 1
  UNION ALL SELECT file_id, row_no, created_on, 'payment' FROM order_transaction_current WHERE created_on > CAST(known_at AS DATE) + 1
  UNION ALL SELECT file_id, row_no, booked_on, 'settlement line' FROM settlement_line_current WHERE booked_on > CAST(known_at AS DATE) + 1
  UNION ALL SELECT file_id, row_no, booked_on, 'bank line' FROM bank_line_current WHERE standing = 'booked' AND booked_on > CAST(known_at AS DATE) + 1
), told AS (
  SELECT file_id, what, row_no, day, row_number() OVER (PARTITION BY file_id ORDER BY row_no, what) AS place, count(*) OVER (PARTITION BY file_id) AS lines FROM ahead
), named AS (
  SELECT file_id, min(feed) AS feed, min(name) AS name, min(CAST(known_at AS DATE)) AS came_on FROM file WHERE state <> 'duplicate' GROUP BY file_id
)
SELECT NULL AS entity, NULL AS store, concat(n.feed, '/', n.name) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('Row ', t.row_no, ' of ', n.name, ', which came on ', CAST(n.came_on AS VARCHAR), ', has a ', t.what, ' of ', CAST(t.day AS VARCHAR), CASE WHEN t.lines > 1 THEN concat('; ', t.lines, ' rows are dated ahead') ELSE '' END, '.') AS cause,
  concat(t.file_id, ':', t.row_no) AS evidence, NULL AS candidates
FROM told AS t JOIN named AS n ON n.file_id = t.file_id
WHERE t.place = 1
ORDER BY subject_key
