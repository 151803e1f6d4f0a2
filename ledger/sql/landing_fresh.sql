-- The waiting rows of these keys, with the number of their version.
CREATE TABLE {fresh} AS
SELECT {content}, CAST(coalesce(next_version, 1) AS INTEGER) AS version
FROM {rows} SEMI JOIN {changed} USING ({key}) LEFT JOIN (SELECT {key}, version + 1 AS next_version FROM {known}) AS before USING ({key})
