-- The record of an order that carries its totals: the first of its lines.
SELECT t.*, t.feed_owner AS store
FROM typed AS t
