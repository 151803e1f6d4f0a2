-- Orders that the waiting file and another both have: which has more refunded, cancelled and delivered. A column that one of the two never fills says nothing: a narrower export lacks it. A delivery may be taken back: it tells
-- only against a file that ends no later than its day.
CREATE TABLE {grown} AS
WITH met AS (
  SELECT k.file_id, k.known_at, r.refunded - k.refunded AS refunded, r.cancelled_at IS NOT NULL AS cancelled, k.cancelled_at IS NOT NULL AS was_cancelled, r.fulfilled_on, k.fulfilled_on AS was_fulfilled_on
  FROM {rows} AS r JOIN {held} AS k ON k.store = r.store AND k.order_name = r.order_name
), filled AS (
  SELECT file_id, bool_or(cancelled) AND bool_or(was_cancelled) AS cancels, count(fulfilled_on) > 0 AND count(was_fulfilled_on) > 0 AS delivers FROM met GROUP BY file_id
), told AS (
  SELECT m.file_id, m.known_at, m.refunded > 0 OR (f.cancels AND m.cancelled AND NOT m.was_cancelled) AS has_more, m.refunded < 0 OR (f.cancels AND m.was_cancelled AND NOT m.cancelled) AS has_less,
    CASE WHEN f.delivers AND m.was_fulfilled_on IS NULL THEN m.fulfilled_on END AS more_on, CASE WHEN f.delivers AND m.fulfilled_on IS NULL THEN m.was_fulfilled_on END AS less_on
  FROM met AS m JOIN filled AS f ON f.file_id = m.file_id
)
SELECT file_id, known_at, bool_or(has_more) AS has_more, bool_or(has_less) AS has_less, max(more_on) AS more_on, max(less_on) AS less_on FROM told GROUP BY file_id, known_at
