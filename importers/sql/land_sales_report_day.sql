-- A report states no currency: it is the store's.
SELECT t.*, t.feed_currency AS currency
FROM stage.typed AS t
