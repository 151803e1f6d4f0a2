-- One row that ever was in a table of what a file speaks of, where there is any.
SELECT 1 FROM {table} SEMI JOIN (SELECT {by} FROM {parents}) AS spoken_of USING ({by}) LIMIT 1
