/*
title = "What processors hold as a reserve and have released, with the day on which it is due"
kind = "fact"
why = "Positive where it is held, negative where it comes back; of entities for which tolerances.csv says how long a reserve is held (V-02, `days`), as no report says it. What was held at the cut-over is due on the day that its position says, and lines before it do not count."
reads = ["line_fact", "opening_fact", "cutover", "rule_parameter"]
*/
WITH term AS (
  SELECT entity, CAST(value AS INTEGER) AS days FROM rule_parameter WHERE rule = 'V-02' AND name = 'days' AND value <> '0'
)
SELECT l.entity, l.account, l.currency, l.booked_on, CASE WHEN CASE WHEN l.bucket = 'reserve' THEN l.net ELSE l.reserve END < 0 THEN l.booked_on + t.days END AS due_on, - CASE WHEN l.bucket = 'reserve' THEN l.net ELSE l.reserve END AS amount, l.file_id, l.row_no
FROM line_fact AS l JOIN term AS t ON t.entity = l.entity LEFT JOIN cutover AS c ON c.entity = l.entity
WHERE (c.cutover_on IS NULL OR l.booked_on >= c.cutover_on) AND CASE WHEN l.bucket = 'reserve' THEN l.net ELSE l.reserve END <> 0
UNION ALL
SELECT o.entity, o.account, o.currency, o.due_on, o.due_on, o.amount, o.file_id, o.row_no
FROM opening_fact AS o JOIN term AS t ON t.entity = o.entity WHERE o.kind = 'reserve' AND o.due_on IS NOT NULL AND o.amount > 0
