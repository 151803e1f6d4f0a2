-- Payment events that the waiting file and another both have: which is no longer pending.
CREATE TABLE {grown} AS
SELECT k.file_id, k.known_at, bool_or(k.status = 'pending' AND r.status <> 'pending') AS has_more, bool_or(r.status = 'pending' AND k.status <> 'pending') AS has_less, CAST(NULL AS DATE) AS more_on, CAST(NULL AS DATE) AS less_on
FROM {rows} AS r JOIN {held} AS k ON k.store = r.store AND k.order_name = r.order_name AND k.transaction_key = r.transaction_key GROUP BY k.file_id, k.known_at
