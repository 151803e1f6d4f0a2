/*
title = "Credits of gift cards that no purchase made, with the refund that they belong to"
kind = "fact"
why = "A refund to a gift card is a new card or more on an old one, of its amount and within a day of it. Refunds of one store, day and amount are counted against the credits of those days; nothing tells them apart, and nothing needs to."
reads = ["gift_card_fact", "gift_card_movement_current", "refund_fact", "tender"]
*/
WITH credit AS (
  SELECT f.store, f.card_id, 'issue' AS kind, f.card_id AS credit_id, f.initial_value AS amount, f.currency, f.issued_on AS day, f.file_id, f.row_no
  FROM gift_card_fact AS f WHERE f.initial_value > 0 AND f.issued_on IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.store = f.store AND t.order_name = f.order_name AND t.side = 'sale' AND f.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tender AS r WHERE r.store = t.store AND r.order_name = t.order_name AND r.side = 'refund' AND r.tender_kind = 'gift_card'))
  UNION ALL
  SELECT m.store, m.card_id, 'movement', m.movement_id, m.amount, m.currency, m.moved_on, m.file_id, m.row_no
  FROM gift_card_movement_current AS m LEFT JOIN gift_card_fact AS f ON f.store = m.store AND f.card_id = m.card_id
  WHERE m.amount > 0 AND NOT coalesce(m.amount = f.initial_value AND m.moved_on = f.issued_on, FALSE)
), refund AS (
  SELECT r.entity, r.store, r.order_name, r.refund_no, r.amount, r.currency, r.created_on AS day, r.file_id, r.row_no
  FROM refund_fact AS r JOIN tender AS t ON t.store = r.store AND t.order_name = r.order_name AND t.ordinal = r.ordinal WHERE t.tender_kind = 'gift_card'
), day AS (
  SELECT store, currency, amount, day, CAST(sum(refunds) AS BIGINT) AS refunds, CAST(sum(credits) AS BIGINT) AS credits
  FROM (SELECT store, currency, amount, day, 1 AS refunds, 0 AS credits FROM refund UNION ALL SELECT store, currency, amount, day, 0, 1 FROM credit) AS u GROUP BY store, currency, amount, day
), chained AS (
  SELECT store, currency, amount, day, refunds, credits, CASE WHEN lag(day) OVER (PARTITION BY store, currency, amount ORDER BY day) >= day - 1 THEN 0 ELSE 1 END AS starts FROM day
), span AS (
  -- days that follow each other are one span: what was refunded late in the evening is on the card the next day
  SELECT store, currency, amount, day, refunds, credits, CAST(sum(starts) OVER (PARTITION BY store, currency, amount ORDER BY day) AS BIGINT) AS span FROM chained
), balance AS (
  SELECT store, currency, amount, span, CAST(sum(refunds) AS BIGINT) AS refunds, CAST(sum(credits) AS BIGINT) AS credits FROM span GROUP BY store, currency, amount, span
), item AS (
  SELECT 'refund' AS side, r.entity, r.store, concat(r.store, '/', r.order_name, '/', r.refund_no) AS subject_key, NULL AS card_id, NULL AS kind, r.order_name, r.amount, r.currency, r.day, r.file_id, r.row_no FROM refund AS r
  UNION ALL
  SELECT 'credit', f.entity, c.store, concat(c.store, '/', c.card_id), c.card_id, c.kind, f.order_name, c.amount, c.currency, c.day, c.file_id, c.row_no FROM credit AS c LEFT JOIN gift_card_fact AS f ON f.store = c.store AND f.card_id = c.card_id
)
SELECT i.side, i.entity, i.store, i.subject_key, i.card_id, i.kind, i.order_name, i.amount, i.currency, i.day, b.refunds, b.credits, i.file_id, i.row_no,
  row_number() OVER (PARTITION BY i.side, i.store, i.currency, i.amount, b.span ORDER BY CASE WHEN i.kind = 'issue' AND i.order_name IS NULL THEN 1 ELSE 0 END, i.day, i.subject_key, i.file_id, i.row_no) AS place
FROM item AS i JOIN span AS s ON s.store = i.store AND s.currency = i.currency AND s.amount = i.amount AND s.day = i.day
JOIN balance AS b ON b.store = s.store AND b.currency = s.currency AND b.amount = s.amount AND b.span = s.span
