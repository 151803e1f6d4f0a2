/*
title = "Gift card was used in another entity than sold it"
kind = "check"
rule = "G-06"
code = "GIFTCARD_INTERCOMPANY"
severity = "medium"
class = "BUSINESS"
subject = "gift_card"
owner = "accounting"
why = "One company has the money and the liability, the other gave the goods: the first owes the second. A card belongs to the entity of its store on the day of its issue, a movement to that of its store on its own day."
suggestion = "Book what the entities owe each other, in both of them."
reads = ["gift_card_fact", "gift_card_movement_current", "map_store", "cutover"]
needs = ["gift_card", "gift_card_movement"]
*/
WITH listed AS (
  SELECT card_id, store, entity, currency FROM gift_card_fact
), lone AS (
  SELECT card_id, min(store) AS store, min(entity) AS entity FROM listed GROUP BY card_id HAVING count(*) = 1
), used AS (
  SELECT coalesce(o.store, l.store) AS store, m.card_id, coalesce(o.entity, l.entity) AS issuer, e.entity AS user_entity, m.currency, - m.amount AS amount, m.moved_on, concat(m.file_id, ':', m.row_no) AS evidence
  FROM gift_card_movement_current AS m
  JOIN map_store AS e ON e.store = m.store AND m.moved_on BETWEEN e.valid_from AND e.valid_to
  LEFT JOIN listed AS o ON o.store = m.store AND o.card_id = m.card_id
  LEFT JOIN lone AS l ON o.card_id IS NULL AND l.card_id = m.card_id
  LEFT JOIN cutover AS c ON c.entity = e.entity
  WHERE m.amount < 0 AND (c.cutover_on IS NULL OR m.moved_on >= c.cutover_on)
)
SELECT issuer AS entity, store, concat(store, '/', card_id) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, sum(amount) AS actual, sum(amount) AS difference, currency, NULL AS due_on,
  concat('A gift card that ', issuer, ' sold paid ', CAST(sum(amount) AS VARCHAR), ' ', currency, ' in ', string_agg(DISTINCT user_entity, ', ' ORDER BY user_entity), ', the last time on ', CAST(max(moved_on) AS VARCHAR), ': ', issuer, ' has the money, ', string_agg(DISTINCT user_entity, ', ' ORDER BY user_entity), ' gave the goods.') AS cause,
  string_agg(evidence, ' ' ORDER BY evidence) AS evidence, NULL AS candidates
FROM used WHERE issuer <> user_entity
GROUP BY issuer, store, card_id, currency
ORDER BY subject_key
