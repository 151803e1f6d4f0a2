-- Where tables are looked for.
SELECT current_setting('search_path')
