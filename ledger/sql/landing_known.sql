-- The current rows of what a file speaks of; their count.
CREATE TABLE {known} AS SELECT * FROM {current} SEMI JOIN (SELECT {by} FROM {parents}) AS spoken_of USING ({by})
