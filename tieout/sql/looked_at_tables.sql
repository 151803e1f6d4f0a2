-- What each rule compares, what it reads, and how much of it there is: filled by the judgement, read by its completeness and its coverage.
CREATE OR REPLACE TABLE fact.rule_side (name VARCHAR, rule VARCHAR, kind VARCHAR, side VARCHAR, relation VARCHAR, source VARCHAR);
CREATE OR REPLACE TABLE fact.rule_source (name VARCHAR, source VARCHAR);
CREATE OR REPLACE TABLE fact.rule_state (name VARCHAR, state VARCHAR);
CREATE OR REPLACE TABLE fact.side_count (relation VARCHAR, rows BIGINT, seen BIGINT);
CREATE OR REPLACE TABLE fact.source_count (source VARCHAR, currency VARCHAR, lines BIGINT, amount DECIMAL(38,4));
CREATE OR REPLACE TABLE fact.source_table AS
SELECT regexp_replace(view_name, '_current$', '') AS source FROM duckdb_views() WHERE database_name = 'ledger' AND schema_name = 'main' AND ends_with(view_name, '_current');
