-- Every content of tieout.toml beside its sealed part, and what it changed.
SELECT "at", config_sha256, changes FROM config_version ORDER BY rowid
