/*
title = "The run as the rules see it"
kind = "life"
why = "Its business date, its clock reading, its environment; no rule asks a clock."
reads = []
makes = ["run_context"]
*/
CREATE OR REPLACE TABLE fact.run_context AS SELECT CAST($as_of AS DATE) AS as_of, CAST($known_at AS TIMESTAMP) AS known_at, CAST($environment AS VARCHAR) AS environment, CAST($first_day AS DATE) AS first_day, CAST($run_id AS VARCHAR) AS run_id
