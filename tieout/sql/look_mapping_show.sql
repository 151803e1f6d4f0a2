-- Rows of one mapping file in force.
WITH last_one AS (SELECT proposal_id FROM mapping_event WHERE file = $file AND action = 'approved' AND row_key IS NULL ORDER BY "at" DESC, rowid DESC LIMIT 1)
SELECT m.row_no, m.row_key, m.cells, m.valid_from, m.valid_to FROM mapping AS m JOIN last_one AS l ON l.proposal_id = m.proposal_id ORDER BY m.row_no
