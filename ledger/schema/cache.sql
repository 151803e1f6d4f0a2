-- What only the cache has: how far it follows the manifests, and the table that refuses changes.
CREATE TABLE cache_head (size BIGINT NOT NULL, head VARCHAR NOT NULL, schema_sha256 VARCHAR NOT NULL);
CREATE TABLE append_only (x INTEGER CHECK (x = 0));
