-- The rows of one file beside those of the others.
INSERT INTO {target} BY NAME FROM {source}
