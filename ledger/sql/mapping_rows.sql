-- Rows that one proposal brought.
SELECT row_key, cells, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM mapping WHERE proposal_id = $proposal_id
