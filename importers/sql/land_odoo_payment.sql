-- The feed says whose extract it is.
SELECT t.* REPLACE (coalesce(t.name, '') AS name), t.feed_owner AS entity, coalesce(t.company_name, t.feed_company, '') AS company
FROM stage.typed AS t
