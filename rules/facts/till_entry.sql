/*
title = "Entries on the clearing account of a terminal that are what tills took"
kind = "fact"
why = "The entry of a closing names no payout and no order. It has the amount that one closing of its day took through the terminals of the account, or all of them together; the day after counts too, where a register is closed after midnight. Each closing has one entry: a second one is nobody's."
reads = ["clearing_of", "clearing_booking", "till_payment"]
*/
WITH entry AS (
  SELECT account, root_id, min(booked_on) AS booked_on, sum(amount) AS amount FROM clearing_booking
  WHERE is_booked AND payout_id IS NULL AND order_name IS NULL GROUP BY account, root_id
), closing AS (
  SELECT coalesce(c.lead, t.account) AS account, t.booked_on AS day, concat(t.register_id, '/', t.closing_no) AS taken, sum(t.amount) AS amount
  FROM till_payment AS t LEFT JOIN clearing_of AS c ON c.account = t.account GROUP BY coalesce(c.lead, t.account), t.booked_on, t.register_id, t.closing_no
), taking AS (
  SELECT account, day, taken, amount FROM closing
  UNION ALL
  SELECT account, day, 'all', sum(amount) FROM closing GROUP BY account, day HAVING count(*) > 1
), near AS (
  SELECT e.account, e.root_id, t.day, t.taken, e.amount, row_number() OVER (PARTITION BY e.account, t.day, t.taken ORDER BY e.booked_on, length(e.root_id), e.root_id) AS entry_no
  FROM taking AS t JOIN entry AS e ON e.account = t.account AND e.amount = t.amount AND e.booked_on BETWEEN t.day AND t.day + 1
)
SELECT account, root_id, min(day) AS day, min(amount) AS amount FROM near WHERE entry_no = 1 GROUP BY account, root_id
