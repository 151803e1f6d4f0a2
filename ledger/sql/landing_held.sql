-- Rows that the waiting file's are held against: tonight's of the same table, in whatever version, and the current ones of the nights before.
CREATE TABLE {held} AS
SELECT * FROM {table} WHERE known_at = $known_at UNION ALL SELECT * FROM {known} WHERE known_at < $known_at
