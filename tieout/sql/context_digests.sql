-- The rows of every table that is made of mappings, settings and headers before a rule runs, as one text each: where it is the same, the table is.
SELECT 'map_entity' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_entity AS t
UNION ALL
SELECT 'map_store' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_store AS t
UNION ALL
SELECT 'map_processor_account' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_processor_account AS t
UNION ALL
SELECT 'map_bank_account' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_bank_account AS t
UNION ALL
SELECT 'map_gateway' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_gateway AS t
UNION ALL
SELECT 'map_account' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_account AS t
UNION ALL
SELECT 'map_tax' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_tax AS t
UNION ALL
SELECT 'map_fee_schedule' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_fee_schedule AS t
UNION ALL
SELECT 'map_tolerance' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_tolerance AS t
UNION ALL
SELECT 'map_calendar' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_calendar AS t
UNION ALL
SELECT 'map_ownership' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_ownership AS t
UNION ALL
SELECT 'map_policy' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.map_policy AS t
UNION ALL
SELECT 'rule_parameter' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.rule_parameter AS t
UNION ALL
SELECT 'business_day' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.business_day AS t
UNION ALL
SELECT 'match_said' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.match_said AS t
UNION ALL
SELECT 'rule_need' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.rule_need AS t
UNION ALL
SELECT 'currency_unit' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.currency_unit AS t
UNION ALL
SELECT 'feed' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.feed AS t
UNION ALL
SELECT 'format_table' AS name, sha256(coalesce(string_agg(CAST(to_json(t) AS VARCHAR), chr(10) ORDER BY CAST(to_json(t) AS VARCHAR)), '')) AS digest FROM fact.format_table AS t
