-- What the report does not split by is empty; it states no currency: it is the store's.
SELECT t.*, coalesce(own_location, '') AS location, coalesce(own_gateway, '') AS gateway, coalesce(own_order, '') AS order_name, t.feed_currency AS currency
FROM stage.typed AS t
