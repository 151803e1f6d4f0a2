-- One row per tax that the export shows.
SELECT t.*, t.feed_owner AS store
FROM typed AS t
