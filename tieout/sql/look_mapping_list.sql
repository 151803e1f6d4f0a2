-- Mapping files in force and proposals that wait.
SELECT file, action AS state, actor, "at", proposal_id FROM mapping_event WHERE row_key IS NULL ORDER BY file, "at"
