-- A fact as the auditors' copy has it.
CREATE OR REPLACE VIEW {fact} AS FROM {copy}
