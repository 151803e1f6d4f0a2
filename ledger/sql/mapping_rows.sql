-- Rows that one proposal brought.
SELECT row_key, cells FROM mapping WHERE proposal_id = $proposal_id
