/*
title = "Balance of a gift card is not what moved"
kind = "check"
rule = "G-04"
code = "GIFTCARD_ROLLFORWARD_DIFF"
severity = "high"
class = "CONTROL"
subject = "gift_card"
owner = "accounting"
why = "Issue and movements are the balance, or somebody changed the card. Compared where the movements landed with the snapshot or after it; a movement of a card that no list has is the same break from the other side."
suggestion = "Look the card up in the shop; fetch its movements again."
reads = ["gift_card_fact", "gift_card_movement_current", "gift_card_current", "map_store", "watermark_fact"]
needs = ["gift_card", "gift_card_movement"]
*/
WITH unlisted AS (
  SELECT m.store, m.card_id, m.currency, sum(m.amount) AS moved, min(m.moved_on) AS moved_on, string_agg(concat(m.file_id, ':', m.row_no), ' ' ORDER BY m.moved_at, m.movement_id) AS evidence
  FROM gift_card_movement_current AS m JOIN watermark_fact AS w ON w.source = 'gift_card' AND w.owner_key = m.store AND w.known_at >= m.known_at AND m.moved_on <= w.complete_until
  WHERE NOT EXISTS (SELECT 1 FROM gift_card_current AS c WHERE c.card_id = m.card_id) GROUP BY m.store, m.card_id, m.currency
)
SELECT entity, store, subject_key, CAST(initial_value + moved AS DECIMAL(18,4)) AS expected, balance AS actual, CAST(balance - initial_value - moved AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on,
  concat('The card was issued with ', CAST(initial_value AS VARCHAR), ', ', CAST(moved AS VARCHAR), ' moved, and it has ', CAST(balance AS VARCHAR), '.') AS cause, concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM gift_card_fact WHERE is_comparable AND NOT agrees
UNION ALL
SELECT e.entity, u.store, concat(u.store, '/', u.card_id), NULL, CAST(u.moved AS DECIMAL(18,4)), CAST(u.moved AS DECIMAL(18,4)), u.currency, NULL, concat('Movements of ', CAST(u.moved AS VARCHAR), ' are of a card that no list has.'), u.evidence, NULL
FROM unlisted AS u LEFT JOIN map_store AS e ON e.store = u.store AND u.moved_on BETWEEN e.valid_from AND e.valid_to
ORDER BY subject_key
