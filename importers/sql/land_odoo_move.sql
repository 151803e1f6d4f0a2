-- The feed says whose extract it is.
SELECT t.*, t.feed_owner AS entity, coalesce(t.company_name, t.feed_company, '') AS company
FROM typed AS t
