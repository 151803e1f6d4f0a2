/*
title = "Every gift card with its issue and its movements"
kind = "fact"
why = "A card is worth what it was issued with and what moved since; where the movements begin with the issue itself, it counts once. The snapshot was taken on the day of its newest card or later: movements from that day on may be in its balance or not."
reads = ["gift_card_current", "gift_card_movement_current", "map_store", "watermark_fact"]
*/
WITH snapshot AS (
  SELECT s.owner_key AS store, s.complete_until AS taken_from, s.known_at AS cards_known, m.known_at AS movements_known FROM watermark_fact AS s LEFT JOIN watermark_fact AS m ON m.source = 'gift_card_movement' AND m.owner_key = s.owner_key WHERE s.source = 'gift_card'
), placed AS (
  SELECT store, card_id, movement_id, amount, moved_on, moved_at, row_number() OVER (PARTITION BY store, card_id ORDER BY moved_at, movement_id) AS place FROM gift_card_movement_current
), movement AS (
  SELECT p.store, p.card_id, p.movement_id, p.amount, p.moved_on, p.place, lead(p.moved_on) OVER (PARTITION BY p.store, p.card_id ORDER BY p.place) AS next_on,
    c.initial_value + sum(p.amount) OVER (PARTITION BY p.store, p.card_id ORDER BY p.place) AS value
  FROM placed AS p JOIN gift_card_current AS c ON c.store = p.store AND c.card_id = p.card_id
  WHERE NOT (p.place = 1 AND p.amount = c.initial_value AND p.moved_on = c.issued_on)
), summed AS (
  SELECT m.store, m.card_id, CAST(sum(m.amount) AS DECIMAL(18,4)) AS moved, min(m.moved_on) AS first_on, bool_or(m.value = c.balance AND (m.next_on IS NULL OR m.next_on >= s.taken_from)) AS agrees
  FROM movement AS m JOIN gift_card_current AS c ON c.store = m.store AND c.card_id = m.card_id LEFT JOIN snapshot AS s ON s.store = m.store GROUP BY m.store, m.card_id
)
SELECT e.entity, c.store, c.card_id, concat(c.store, '/', c.card_id) AS subject_key, c.order_name, c.currency, c.issued_on, c.initial_value, coalesce(m.moved, 0) AS moved, c.balance,
  coalesce(m.agrees, FALSE) OR (c.balance = c.initial_value AND (m.first_on IS NULL OR m.first_on >= s.taken_from)) AS agrees, s.movements_known >= s.cards_known AS is_comparable,
  CASE WHEN NOT c.enabled THEN coalesce(c.disabled_on, c.issued_on) WHEN c.is_expired THEN c.expires_on END AS ended_on, c.file_id, c.row_no
FROM gift_card_current AS c
LEFT JOIN summed AS m ON m.store = c.store AND m.card_id = c.card_id
LEFT JOIN snapshot AS s ON s.store = c.store
LEFT JOIN map_store AS e ON e.store = c.store AND coalesce(c.issued_on, s.taken_from) BETWEEN e.valid_from AND e.valid_to
