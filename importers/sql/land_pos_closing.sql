-- The moment of a closing says its offset, or is in the store's zone; without a booking day its own day counts.
SELECT t.* EXCLUDE (booked_on, broken), t.feed_currency AS currency,
  coalesce(instant_moment(created), zone_moment(left(created, 19), feed_zone)) AS created_at,
  coalesce(booked_on, TRY_CAST(left(created, 10) AS DATE)) AS booked_on,
  CASE WHEN broken = '' AND coalesce(instant_moment(created), zone_moment(left(created, 19), feed_zone)) IS NULL THEN 'Z_ERSTELLUNG' ELSE broken END AS broken
FROM stage.typed AS t
