-- Payouts that the waiting list and another both have: which is further on its way to the bank.
CREATE TABLE {grown} AS
WITH way AS (
  SELECT status, step FROM (VALUES ('pending', 0), ('scheduled', 1), ('in_transit', 2), ('paid', 3), ('failed', 4), ('canceled', 4)) AS v (status, step)
)
SELECT k.file_id, k.known_at, coalesce(bool_or(a.step > b.step), FALSE) AS has_more, coalesce(bool_or(a.step < b.step), FALSE) AS has_less, CAST(NULL AS DATE) AS more_on, CAST(NULL AS DATE) AS less_on
FROM {rows} AS r JOIN {held} AS k ON k.account = r.account AND k.payout_key = r.payout_key LEFT JOIN way AS a ON a.status = r.status LEFT JOIN way AS b ON b.status = k.status GROUP BY k.file_id, k.known_at
