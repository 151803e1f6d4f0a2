-- The copy in a storage version that older DuckDB tools open.
ATTACH $path AS pub (STORAGE_VERSION 'v1.2.0', RECOVERY_MODE 'no_wal_writes')
