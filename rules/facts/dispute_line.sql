/*
title = "Settlement lines of disputes with the dispute that they belong to"
kind = "fact"
why = "A line belongs to the dispute whose number it carries, else to the one of its order, where there are several to the one of its amount; a line without an order to the one dispute of its amount and days. An inquiry has a line only where no chargeback can have it. What several may have stands without one and is tied."
reads = ["line_fact", "settlement_line_current", "dispute_fact"]
*/
WITH line AS (
  SELECT l.account, l.line_id, l.entity, l.bucket, s.event_type, l.gross, l.fee, l.net, l.currency, l.booked_on, l.payout_id, l.payout_status, coalesce(l.order_name, l.named_order) AS order_name, s.processor_ref, s.merchant_ref, l.file_id, l.row_no
  FROM line_fact AS l JOIN settlement_line_current AS s ON s.account = l.account AND s.line_id = l.line_id WHERE l.bucket IN ('dispute', 'dispute_fee')
), numbered AS (
  SELECT l.account, l.line_id, min(d.dispute_id) AS dispute_id
  FROM line AS l JOIN dispute_fact AS d ON d.account = l.account AND d.dispute_id IN (l.processor_ref, l.merchant_ref) GROUP BY l.account, l.line_id HAVING count(*) = 1
), named AS (
  SELECT l.account, l.line_id, d.dispute_id, CASE WHEN d.dispute_type = 'inquiry' THEN 2 ELSE 0 END + CASE WHEN d.amount = abs(l.gross) THEN 0 ELSE 1 END AS place
  FROM line AS l JOIN dispute_fact AS d ON d.account = l.account AND d.order_name = l.order_name
  WHERE NOT EXISTS (SELECT 1 FROM numbered AS n WHERE n.account = l.account AND n.line_id = l.line_id)
), nearest AS (
  SELECT n.account, n.line_id, n.dispute_id FROM named AS n JOIN (SELECT account, line_id, min(place) AS place FROM named GROUP BY account, line_id) AS m ON m.account = n.account AND m.line_id = n.line_id AND m.place = n.place
), alike AS (
  SELECT l.account, l.line_id, d.dispute_id, count(*) OVER (PARTITION BY l.account, l.line_id) AS left_ways, count(*) OVER (PARTITION BY d.account, d.dispute_id) AS right_ways
  FROM line AS l JOIN dispute_fact AS d ON d.account = l.account AND d.currency = l.currency AND d.amount = - l.gross AND l.booked_on BETWEEN d.initiated_on - 3 AND d.initiated_on + 10
  WHERE l.bucket = 'dispute' AND d.dispute_type <> 'inquiry' AND (l.order_name IS NULL OR d.order_name IS NULL)
    AND NOT EXISTS (SELECT 1 FROM numbered AS n WHERE n.account = l.account AND n.line_id = l.line_id) AND NOT EXISTS (SELECT 1 FROM numbered AS n WHERE n.account = d.account AND n.dispute_id = d.dispute_id)
    AND NOT EXISTS (SELECT 1 FROM named AS n WHERE n.account = l.account AND n.line_id = l.line_id) AND NOT EXISTS (SELECT 1 FROM named AS n WHERE n.account = d.account AND n.dispute_id = d.dispute_id)
), candidate AS (
  SELECT account, line_id, dispute_id FROM numbered UNION ALL SELECT account, line_id, dispute_id FROM nearest UNION ALL SELECT account, line_id, dispute_id FROM alike
), way AS (
  SELECT account, line_id, min(dispute_id) AS dispute_id, count(*) AS ways FROM candidate GROUP BY account, line_id
), tied AS (
  SELECT DISTINCT c.account, c.dispute_id FROM candidate AS c JOIN way AS w ON w.account = c.account AND w.line_id = c.line_id WHERE w.ways > 1
  UNION
  SELECT account, dispute_id FROM alike WHERE left_ways > 1 OR right_ways > 1
)
SELECT l.account, l.line_id, concat(l.account, '/', l.line_id) AS line_key, l.entity, l.bucket, l.event_type, l.gross, l.fee, l.net, l.currency, l.booked_on, l.payout_id, l.payout_status, l.order_name, l.file_id, l.row_no,
  CASE WHEN t.dispute_id IS NULL THEN w.dispute_id END AS dispute_id, t.dispute_id AS tied_id
FROM line AS l LEFT JOIN way AS w ON w.account = l.account AND w.line_id = l.line_id LEFT JOIN tied AS t ON t.account = w.account AND t.dispute_id = w.dispute_id
