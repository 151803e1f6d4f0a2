-- What the records of a processor's file say of which account there they are.
SELECT DISTINCT {column} AS merchant FROM {source} WHERE {column} <> '' LIMIT 2
