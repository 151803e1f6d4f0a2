-- What a step around the rules has made.
FROM {table}
