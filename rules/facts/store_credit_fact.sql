/*
title = "Every movement of store credit with the balance that should follow"
kind = "fact"
why = "A balance is the one before and the movement. Movements of one moment have no order between them: they are judged after the last of them."
reads = ["store_credit_movement_current", "map_store"]
*/
WITH placed AS (
  SELECT m.store, m.credit_account, m.currency, m.movement_id, m.movement_type, m.amount, m.balance, m.order_name, m.moved_on, m.moved_at, m.file_id, m.row_no,
    row_number() OVER (PARTITION BY m.store, m.credit_account, m.currency ORDER BY m.moved_at, length(m.movement_id), m.movement_id) AS place
  FROM store_credit_movement_current AS m
), base AS (
  SELECT store, credit_account, currency, CASE WHEN balance IS NULL THEN 0 ELSE balance - amount END AS opening FROM placed WHERE place = 1
), run AS (
  SELECT p.store, p.credit_account, p.currency, p.movement_id, p.movement_type, p.amount, p.balance, p.order_name, p.moved_on, p.moved_at, p.file_id, p.row_no, p.place, b.opening,
    CAST(b.opening + sum(p.amount) OVER (PARTITION BY p.store, p.credit_account, p.currency ORDER BY p.place) AS DECIMAL(18,4)) AS value,
    lead(p.moved_at) OVER (PARTITION BY p.store, p.credit_account, p.currency ORDER BY p.place) AS next_at
  FROM placed AS p JOIN base AS b ON b.store = p.store AND b.credit_account = p.credit_account AND b.currency = p.currency
), moment AS (
  -- of movements of one moment the balance of any may be the last
  SELECT r.store, r.credit_account, r.currency, r.moved_at FROM run AS r
  JOIN run AS l ON l.store = r.store AND l.credit_account = r.credit_account AND l.currency = r.currency AND l.moved_at = r.moved_at AND (l.next_at IS NULL OR l.next_at > l.moved_at) AND l.value = r.balance
  GROUP BY r.store, r.credit_account, r.currency, r.moved_at
)
SELECT e.entity, r.store, r.credit_account, r.currency, r.movement_id, r.movement_type, r.amount, r.balance, r.order_name, r.moved_on, r.moved_at, r.file_id, r.row_no, r.place, CAST(r.opening AS DECIMAL(18,4)) AS opening, r.value,
  coalesce(r.next_at > r.moved_at, TRUE) AS is_last_of_moment, CASE WHEN o.moved_at IS NOT NULL THEN r.value ELSE r.balance END AS stated
FROM run AS r LEFT JOIN moment AS o ON o.store = r.store AND o.credit_account = r.credit_account AND o.currency = r.currency AND o.moved_at = r.moved_at LEFT JOIN map_store AS e ON e.store = r.store AND r.moved_on BETWEEN e.valid_from AND e.valid_to
