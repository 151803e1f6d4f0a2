-- Back to where tables were looked for before.
SET search_path = $before
