-- The feed says whose extract it is.
SELECT t.*, t.feed_owner AS entity, t.code_ AS code
FROM stage.typed AS t
