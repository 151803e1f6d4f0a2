-- The copy in a storage version that older DuckDB tools open. Its blocks are a quarter of the usual size: most of its tables are short, and each takes one at least.
ATTACH $path AS pub (STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 65536, RECOVERY_MODE 'no_wal_writes')
