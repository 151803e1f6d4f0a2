-- The feeds of tieout.toml, for the rule that notices a late one.
CREATE OR REPLACE TABLE fact.feed (feed VARCHAR, kind VARCHAR, owner_key VARCHAR, expected VARCHAR, days INTEGER, grace_hours INTEGER, criticality VARCHAR, owner VARCHAR);
