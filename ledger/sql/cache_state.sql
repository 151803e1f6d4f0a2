-- How far the cache follows the manifests.
SELECT size, head, schema_sha256 FROM cache_head
