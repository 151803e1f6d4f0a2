-- A price without an origin holds for all.
SELECT t.* EXCLUDE (card_origin), coalesce(card_origin, '') AS card_origin
FROM stage.typed AS t
