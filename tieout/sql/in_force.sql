-- The mapping tables as the rules read them: the last approved content of every file, typed; validity is open where it is not said.
CREATE OR REPLACE TABLE fact.mapping_version AS
SELECT file, proposal_id, content_sha256 FROM mapping_event WHERE action = 'approved' AND row_key IS NULL QUALIFY row_number() OVER (PARTITION BY file ORDER BY rowid DESC) = 1;
CREATE OR REPLACE TABLE fact.mapping_in_force AS
WITH last_approval AS (
  SELECT file, proposal_id, row_number() OVER (PARTITION BY file ORDER BY rowid DESC) AS place FROM mapping_event WHERE action = 'approved' AND row_key IS NULL
)
SELECT m.file, m.row_no, m.row_key, m.cells, coalesce(m.valid_from, DATE '1900-01-01') AS valid_from, coalesce(m.valid_to, DATE '9999-12-31') AS valid_to
FROM mapping AS m JOIN last_approval AS a ON a.file = m.file AND a.proposal_id = m.proposal_id AND a.place = 1;
CREATE OR REPLACE TABLE fact.map_entity AS SELECT cells->>'entity' AS entity, cells->>'name' AS name, cells->>'country' AS country, cells->>'base_currency' AS base_currency,
  cells->>'odoo_company' AS odoo_company, cells->>'time_zone' AS time_zone, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'entities';
CREATE OR REPLACE TABLE fact.map_store AS SELECT cells->>'store' AS store, cells->>'entity' AS entity, cells->>'platform' AS platform, cells->>'time_zone' AS time_zone,
  cells->>'currency' AS currency, cells->>'taxes_included' AS taxes_included, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'stores';
CREATE OR REPLACE TABLE fact.map_processor_account AS SELECT cells->>'account' AS account, cells->>'processor' AS processor, cells->>'entity' AS entity,
  cells->>'currency' AS currency, cells->>'bank_account' AS bank_account, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'processor_accounts';
CREATE OR REPLACE TABLE fact.map_bank_account AS SELECT cells->>'bank_account' AS bank_account, cells->>'entity' AS entity, cells->>'currency' AS currency,
  cells->>'iban_or_number' AS iban_or_number, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'bank_accounts';
CREATE OR REPLACE TABLE fact.map_gateway AS SELECT cells->>'store' AS store, cells->>'gateway' AS gateway, cells->>'account' AS account, valid_from, valid_to
  FROM fact.mapping_in_force WHERE file = 'gateways';
CREATE OR REPLACE TABLE fact.map_account AS SELECT cells->>'entity' AS entity, cells->>'role' AS role, nullif(cells->>'qualifier', '') AS qualifier, cells->>'odoo_account' AS odoo_account,
  cells->>'odoo_journal' AS odoo_journal, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'accounts';
CREATE OR REPLACE TABLE fact.map_tax AS SELECT cells->>'entity' AS entity, cells->>'source_tax' AS source_tax, cells->>'odoo_tax' AS odoo_tax,
  TRY_CAST(cells->>'rate' AS DECIMAL(9,4)) AS rate, cells->>'jurisdiction' AS jurisdiction, valid_from, valid_to FROM fact.mapping_in_force WHERE file = 'taxes';
CREATE OR REPLACE TABLE fact.map_fee_schedule AS SELECT cells->>'account' AS account, cells->>'method' AS method, nullif(cells->>'card_origin', '') AS card_origin,
  TRY_CAST(cells->>'percent' AS DECIMAL(9,4)) AS percent, TRY_CAST(cells->>'fixed' AS DECIMAL(18,4)) AS fixed, cells->>'currency' AS currency, valid_from, valid_to
  FROM fact.mapping_in_force WHERE file = 'fee_schedules';
CREATE OR REPLACE TABLE fact.map_tolerance AS SELECT cells->>'rule' AS rule, cells->>'parameter' AS parameter, cells->>'value' AS value, nullif(cells->>'entity', '') AS entity, valid_from, valid_to
  FROM fact.mapping_in_force WHERE file = 'tolerances';
CREATE OR REPLACE TABLE fact.map_calendar AS SELECT cells->>'calendar' AS calendar, TRY_CAST(cells->>'date' AS DATE) AS day, lower(cells->>'is_business_day') IN ('true', '1', 'yes') AS is_business
  FROM fact.mapping_in_force WHERE file = 'calendars';
CREATE OR REPLACE TABLE fact.map_ownership AS SELECT cells->>'domain' AS domain, cells->>'field' AS field, cells->>'system_of_record' AS system_of_record, valid_from, valid_to
  FROM fact.mapping_in_force WHERE file = 'ownership';
CREATE OR REPLACE TABLE fact.map_policy AS SELECT cells->>'entity' AS entity, cells->>'policy' AS policy, cells->>'value' AS value, valid_from, valid_to
  FROM fact.mapping_in_force WHERE file = 'policies';
