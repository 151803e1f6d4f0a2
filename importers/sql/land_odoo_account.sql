-- The feed says whose extract it is.
SELECT t.*, t.feed_owner AS entity
FROM typed AS t
