-- The day of a movement is the declared one, else that of its moment in the store's zone.
SELECT t.* EXCLUDE (moved_on, broken), CASE WHEN moved_on IS NULL AND moved_at IS NULL AND broken = '' THEN 'moved_on' ELSE broken END AS broken,
  coalesce(moved_on, CAST(timezone(feed_zone, timezone('UTC', moved_at)) AS DATE)) AS moved_on
FROM stage.typed AS t
