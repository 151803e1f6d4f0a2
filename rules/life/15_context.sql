/*
title = "What every rule may join"
kind = "life"
why = "The rules' parameters per entity, the business days of each entity's calendar, what people said about pairs; and the empty tables that headers and checks fill."
reads = ["map_calendar", "map_entity", "map_tolerance", "match_decision", "rule_parameter_default", "run_context"]
makes = ["rule_parameter", "business_day", "finding", "rule_need", "rule_read", "rule_pack", "rule_version", "currency_unit", "mapping_table", "match_said"]
*/
CREATE OR REPLACE TABLE fact.rule_parameter AS
WITH given AS (
  SELECT d.rule, d.name, e.entity, coalesce(own.value, everyone.value, d.value) AS value, row_number() OVER (PARTITION BY d.rule, d.name, e.entity ORDER BY own.valid_from DESC, everyone.valid_from DESC) AS place
  FROM rule_parameter_default AS d CROSS JOIN (SELECT DISTINCT entity FROM fact.map_entity) AS e CROSS JOIN fact.run_context AS r
  LEFT JOIN fact.map_tolerance AS own ON own.rule = d.rule AND own.parameter = d.name AND own.entity = e.entity AND r.as_of BETWEEN own.valid_from AND own.valid_to
  LEFT JOIN fact.map_tolerance AS everyone ON everyone.rule = d.rule AND everyone.parameter = d.name AND everyone.entity IS NULL AND r.as_of BETWEEN everyone.valid_from AND everyone.valid_to
)
SELECT rule, name, value, entity, DATE '1900-01-01' AS valid_from, DATE '9999-12-31' AS valid_to FROM given WHERE place = 1;
CREATE OR REPLACE TABLE fact.business_day AS
WITH span AS (
  SELECT e.entity, CAST(d.day AS DATE) AS day
  FROM (SELECT DISTINCT entity FROM fact.map_entity) AS e CROSS JOIN fact.run_context AS r
  CROSS JOIN generate_series(r.first_day, greatest(r.as_of, CAST(r.known_at AS DATE)) + 60, INTERVAL 1 DAY) AS d(day)
), marked AS (
  SELECT s.entity, s.day, coalesce(c.is_business, isodow(s.day) < 6) AS is_business FROM span AS s LEFT JOIN fact.map_calendar AS c ON c.calendar = s.entity AND c.day = s.day
)
SELECT entity, day, is_business, CAST(sum(CASE WHEN is_business THEN 1 ELSE 0 END) OVER (PARTITION BY entity ORDER BY day) AS INTEGER) AS ordinal FROM marked;
CREATE OR REPLACE TABLE fact.finding (
  rule VARCHAR, code VARCHAR, class VARCHAR, severity VARCHAR, subject_kind VARCHAR, owner VARCHAR, suggestion VARCHAR, entity VARCHAR, store VARCHAR, subject_key VARCHAR,
  expected DECIMAL(18,4), actual DECIMAL(18,4), difference DECIMAL(18,4), currency VARCHAR, due_on DATE, cause VARCHAR, evidence VARCHAR, candidates VARCHAR);
CREATE OR REPLACE TABLE fact.rule_need (name VARCHAR, subject_kind VARCHAR, source VARCHAR);
CREATE OR REPLACE TABLE fact.rule_read (name VARCHAR, rule VARCHAR, code VARCHAR, subject_kind VARCHAR, cure VARCHAR, reads VARCHAR, depth INTEGER);
CREATE OR REPLACE TABLE fact.rule_pack (name VARCHAR, pack VARCHAR);
CREATE OR REPLACE TABLE fact.rule_version (name VARCHAR, sha256 VARCHAR);
CREATE OR REPLACE TABLE fact.currency_unit (currency VARCHAR, decimals INTEGER, unit DECIMAL(18,4));
CREATE OR REPLACE TABLE fact.mapping_table AS SELECT * FROM (VALUES ('map_entity', 'entities'), ('map_store', 'stores'), ('map_processor_account', 'processor_accounts'), ('map_bank_account', 'bank_accounts'),
  ('map_gateway', 'gateways'), ('map_account', 'accounts'), ('map_tax', 'taxes'), ('map_fee_schedule', 'fee_schedules'), ('rule_parameter', 'tolerances'), ('business_day', 'calendars'), ('map_policy', 'policies')) AS t(name, file);
CREATE OR REPLACE TABLE fact.match_said AS
SELECT left_kind, left_key, right_kind, right_key, action FROM match_decision QUALIFY row_number() OVER (PARTITION BY left_key, right_key ORDER BY rowid DESC) = 1;
