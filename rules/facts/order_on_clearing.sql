/*
title = "What each order moved on each clearing account, and what Odoo booked of it"
kind = "fact"
why = "Payments and refunds up to the day of the proof against the items that belong to the order; where both agree at any time, only the days differ. An order whose differences cancel over the accounts was booked on another account than it was paid through."
reads = ["clearing_of", "clearing_scope", "clearing_booking", "tender"]
*/
WITH captured AS (
  SELECT s.account, t.store, t.order_name, sum(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END) AS ever,
    sum(CASE WHEN t.created_on BETWEEN s.begins_on AND s.as_of THEN CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END ELSE 0 END) AS by_then
  FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account JOIN clearing_scope AS s ON s.account = coalesce(c.lead, t.account) AND s.currency = t.currency WHERE t.by_processor GROUP BY s.account, t.store, t.order_name
), booked AS (
  SELECT account, store, order_name, sum(amount) AS ever, sum(CASE WHEN is_booked THEN amount ELSE 0 END) AS by_then FROM clearing_booking WHERE order_name IS NOT NULL GROUP BY account, store, order_name
), differing AS (
  SELECT coalesce(c.account, b.account) AS account, coalesce(c.store, b.store) AS store, coalesce(c.order_name, b.order_name) AS order_name,
    coalesce(c.by_then, 0) AS captured, coalesce(b.by_then, 0) AS booked, coalesce(b.ever, 0) = coalesce(c.ever, 0) AS agrees
  FROM captured AS c FULL JOIN booked AS b ON b.account = c.account AND b.store = c.store AND b.order_name = c.order_name
)
SELECT d.account, s.entity, s.currency, d.store, d.order_name, d.captured, d.booked, d.booked - d.captured AS amount, d.agrees,
  NOT d.agrees AND count(*) OVER (PARTITION BY s.entity, s.currency, d.store, d.order_name) > 1 AND sum(d.booked - d.captured) OVER (PARTITION BY s.entity, s.currency, d.store, d.order_name) = 0 AS is_elsewhere
FROM differing AS d JOIN clearing_scope AS s ON s.account = d.account
WHERE d.booked <> d.captured
