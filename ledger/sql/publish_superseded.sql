-- What the manifests since the last publishing supersede.
CREATE OR REPLACE TEMP TABLE superseded_now AS SELECT * FROM ledger.main.row_superseded LIMIT 0
