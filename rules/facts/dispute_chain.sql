/*
title = "Orders whose disputes took more than was captured, or gave back more than they took"
kind = "fact"
why = "The dispute lines of an order at one account add up within what its sales there brought and its payments say, and what is won was lost before. In the customer's currency where every line states it, as rates of two days differ; where only some lines state it, what was settled counts, and only beyond a tenth, as rates differ; and what is judged begins with a sale that landed. A win is not judged where a line without an order may have taken it, nor where the report lacks a day."
reads = ["line_fact", "settlement_line_current", "tender", "watermark_fact", "line_changed", "line_gap"]
*/
WITH chained AS (
  SELECT DISTINCT account, store, order_name FROM line_fact WHERE bucket = 'dispute' AND order_name IS NOT NULL
), line AS (
  SELECT l.entity, l.account, l.store, l.order_name, l.bucket, l.currency, l.gross, l.booked_on, l.line_id, concat(l.file_id, ':', l.row_no) AS evidence,
    CASE WHEN s.presentment_currency <> l.currency AND s.presentment_amount <> 0 THEN s.presentment_currency END AS shown_in, CASE WHEN l.gross < 0 THEN - abs(s.presentment_amount) ELSE abs(s.presentment_amount) END AS shown
  FROM chained AS c JOIN line_fact AS l ON l.account = c.account AND l.store = c.store AND l.order_name = c.order_name AND l.bucket IN ('sale', 'dispute') AND l.gross <> 0
  JOIN settlement_line_current AS s ON s.account = l.account AND s.line_id = l.line_id
  WHERE NOT EXISTS (SELECT 1 FROM line_changed AS x WHERE x.account = l.account AND x.before_id = l.line_id)
), chain AS (
  SELECT entity, account, store, order_name, min(currency) AS settled_in, min(shown_in) AS shown_in, min(booked_on) AS first_on, max(booked_on) AS last_on,
    sum(CASE WHEN bucket = 'sale' THEN coalesce(shown, gross) ELSE 0 END) AS sold, sum(CASE WHEN bucket = 'dispute' AND gross < 0 THEN - coalesce(shown, gross) ELSE 0 END) AS taken,
    sum(CASE WHEN bucket = 'dispute' AND gross > 0 THEN coalesce(shown, gross) ELSE 0 END) AS returned, count(*) FILTER (WHERE bucket = 'dispute' AND gross < 0) AS takings,
    string_agg(evidence, ' ' ORDER BY booked_on, line_id) AS evidence, bool_or(is_part) AS is_part
  FROM (
    SELECT entity, account, store, order_name, bucket, currency, booked_on, line_id, evidence, gross, states BETWEEN 1 AND lines - 1 AS is_part, CASE WHEN states = lines THEN shown_in END AS shown_in, CASE WHEN states = lines THEN shown END AS shown
    FROM (SELECT entity, account, store, order_name, bucket, currency, booked_on, line_id, evidence, shown_in, gross, shown, count(shown_in) OVER (PARTITION BY entity, account, store, order_name) AS states, count(*) OVER (PARTITION BY entity, account, store, order_name) AS lines FROM line) AS x
  ) AS l
  GROUP BY entity, account, store, order_name
  HAVING (count(shown_in) = 0 AND min(currency) = max(currency)) OR (count(shown_in) = count(*) AND min(shown_in) = max(shown_in))
), paid AS (
  SELECT t.account, t.store, t.order_name, t.currency, sum(t.amount) AS captured FROM tender AS t JOIN chained AS c ON c.account = t.account AND c.store = t.store AND c.order_name = t.order_name WHERE t.side = 'sale'
  GROUP BY t.account, t.store, t.order_name, t.currency
), judged AS (
  SELECT h.entity, h.account, h.store, h.order_name, coalesce(h.shown_in, h.settled_in) AS currency, h.settled_in, h.first_on, h.last_on, h.sold, greatest(h.sold, coalesce(p.captured, 0)) AS captured, h.taken, h.returned, h.takings, h.is_part, h.evidence
  FROM chain AS h
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = h.account AND h.last_on <= w.complete_until
  LEFT JOIN paid AS p ON p.account = h.account AND p.store = h.store AND p.order_name = h.order_name AND p.currency = coalesce(h.shown_in, h.settled_in)
  WHERE h.sold > 0
)
SELECT j.entity, j.account, j.store, j.order_name, j.currency, j.captured, j.taken, j.returned, j.takings, CASE WHEN j.taken - j.returned > j.captured THEN j.taken - j.returned - j.captured ELSE j.returned - j.taken END AS difference, j.evidence
FROM judged AS j
WHERE (j.taken - j.returned) * 10 > j.captured * CASE WHEN j.is_part THEN 11 ELSE 10 END
  OR (j.returned * 10 > j.taken * CASE WHEN j.is_part THEN 11 ELSE 10 END
    AND NOT EXISTS (SELECT 1 FROM line_fact AS u WHERE u.account = j.account AND u.bucket = 'dispute' AND u.order_name IS NULL AND u.gross < 0 AND u.currency = j.settled_in AND u.booked_on BETWEEN j.first_on AND j.last_on)
    AND NOT EXISTS (SELECT 1 FROM line_gap AS g WHERE g.account = j.account AND g.day BETWEEN j.first_on AND j.last_on))
