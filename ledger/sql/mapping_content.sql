-- Content hash of a proposal.
SELECT content_sha256 FROM mapping_event WHERE proposal_id = $proposal_id AND action = 'proposed' AND row_key IS NULL
