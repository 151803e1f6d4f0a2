-- Gift cards that the waiting list and another both have: which has more spent, disabled or expired. What was given back to one card contradicts what another spent.
CREATE TABLE {grown} AS
SELECT k.file_id, k.known_at, bool_or(r.initial_value - r.balance > k.initial_value - k.balance OR (k.enabled AND NOT r.enabled) OR (r.is_expired AND NOT k.is_expired)) AS has_more,
  bool_or(k.initial_value - k.balance > r.initial_value - r.balance OR (r.enabled AND NOT k.enabled) OR (k.is_expired AND NOT r.is_expired)) AS has_less, CAST(NULL AS DATE) AS more_on, CAST(NULL AS DATE) AS less_on
FROM {rows} AS r JOIN {held} AS k ON k.store = r.store AND k.card_id = r.card_id GROUP BY k.file_id, k.known_at
