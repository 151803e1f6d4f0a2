-- The feed says whose extract it is.
SELECT t.*, t.feed_owner AS entity, coalesce(t.company_name, t.feed_company, '') AS company,
  CASE WHEN t.tax_name IS NOT NULL OR coalesce(t.move_type, 'entry') = 'entry' THEN t.full_label END AS label
FROM typed AS t
