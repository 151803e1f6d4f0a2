-- Rows of a mapping file: those in force, or those that a proposal brings.
WITH chosen AS (
  SELECT proposal_id FROM mapping_event WHERE row_key IS NULL AND ((action = 'approved' AND file = $name) OR (action = 'proposed' AND proposal_id = $name))
  QUALIFY row_number() OVER (ORDER BY rowid DESC) = 1
)
SELECT m.file, m.row_no, m.row_key, m.cells, m.valid_from, m.valid_to FROM mapping AS m JOIN chosen AS c ON c.proposal_id = m.proposal_id ORDER BY m.row_no
