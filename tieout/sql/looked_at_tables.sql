-- What each rule compares, what it reads, and how much of it there is: filled by the judgement, read by its completeness and its coverage.
CREATE OR REPLACE TABLE fact.rule_side (name VARCHAR, rule VARCHAR, kind VARCHAR, side VARCHAR, relation VARCHAR, source VARCHAR);
CREATE OR REPLACE TABLE fact.rule_source (name VARCHAR, source VARCHAR);
CREATE OR REPLACE TABLE fact.rule_state (name VARCHAR, state VARCHAR);
CREATE OR REPLACE TABLE fact.side_count (relation VARCHAR, rows BIGINT, seen BIGINT);
CREATE OR REPLACE TABLE fact.source_count (source VARCHAR, currency VARCHAR, lines BIGINT, amount DECIMAL(38,4));
CREATE OR REPLACE TABLE fact.source_table AS
SELECT regexp_replace(view_name, '_current$', '') AS source FROM duckdb_views() WHERE database_name = 'ledger' AND schema_name = 'main' AND ends_with(view_name, '_current');
-- Whose rows they are: an account, store, bank account or entity is an owner that mappings name. A fact belongs to the owners of what it is made of.
CREATE OR REPLACE TABLE fact.relation_owner AS
SELECT regexp_replace(table_name, '_current$', '') AS source, CASE max(CASE column_name WHEN 'bank_account' THEN 4 WHEN 'account' THEN 3 WHEN 'store' THEN 2 ELSE 1 END) WHEN 4 THEN 'bank_account' WHEN 3 THEN 'account' WHEN 2 THEN 'store' ELSE 'entity' END AS kind
FROM duckdb_columns() WHERE database_name = 'ledger' AND schema_name = 'main' AND ends_with(table_name, '_current') AND column_name IN ('account', 'store', 'bank_account', 'entity') GROUP BY table_name
UNION ALL SELECT unnest(['payout_fact', 'payout_role_fact', 'line_fact', 'clearing_fact', 'store_credit_fact']), unnest(['account', 'account', 'account', 'account', 'store']);
