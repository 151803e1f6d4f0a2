/*
title = "Posting role has no account"
kind = "check"
rule = "C-12"
code = "MAPPING_MISSING"
severity = "block"
class = "DATA"
subject = "account_balance"
owner = "accounting"
why = "An entry without an account cannot be written. One finding for each account of a processor and currency, under the first of the roles that lack one."
suggestion = "Add the roles to accounts.csv and have them approved; where the company has nothing to do with that processor account, mend its row in processor_accounts.csv."
reads = ["payout_role_fact", "map_account"]
against = ["payout_role_fact"]
cure = "accounts"
*/
WITH needed AS (
  SELECT DISTINCT entity, role, account, currency FROM payout_role_fact
), found AS (
  SELECT n.entity, n.role, n.account, n.currency, count(m.odoo_account) AS rows
  FROM needed AS n LEFT JOIN map_account AS m ON m.entity = n.entity AND m.role = n.role AND (m.qualifier = n.account OR m.qualifier = n.currency OR m.qualifier IS NULL)
  GROUP BY n.entity, n.role, n.account, n.currency
), lacking AS (
  SELECT f.entity, f.account, f.currency, min(f.role) AS role, count(*) AS roles, string_agg(f.role, ', ' ORDER BY f.role) AS named
  FROM found AS f
  WHERE f.rows = 0 AND EXISTS (SELECT 1 FROM map_account AS m WHERE m.entity = f.entity)
  GROUP BY f.entity, f.account, f.currency
)
SELECT l.entity, NULL AS store, concat(l.entity, '/', l.role, '/', l.account, '/', l.currency) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, l.currency, NULL AS due_on,
  concat('accounts.csv has no row for ', CASE WHEN l.roles = 1 THEN 'role ' ELSE 'the roles ' END, l.named, ' of ', l.entity, ' (', l.account, ').') AS cause, '' AS evidence, NULL AS candidates
FROM lacking AS l
ORDER BY subject_key
