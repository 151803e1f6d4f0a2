-- The seal that a proposal about tieout.toml brings.
SELECT after FROM mapping_event WHERE proposal_id = $proposal_id AND action = 'proposed' AND row_key IS NULL
