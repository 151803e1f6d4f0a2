-- Keys whose waiting row is none of the current ones.
CREATE TABLE {changed} AS SELECT {key} FROM (SELECT {content} FROM {rows} EXCEPT SELECT {content} FROM {known}) AS other
