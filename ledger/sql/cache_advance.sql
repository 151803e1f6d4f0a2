-- The cache now follows the manifests up to here.
DELETE FROM cache_head;
INSERT INTO cache_head (size, head, schema_sha256) SELECT $size, $head, $schema;
