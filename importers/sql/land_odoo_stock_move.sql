-- A reference that is no document's number names the user who did it.
SELECT t.*, CASE WHEN regexp_full_match(full_reference, '[A-Za-z0-9#/_.:-]+') THEN full_reference END AS reference
FROM stage.typed AS t
