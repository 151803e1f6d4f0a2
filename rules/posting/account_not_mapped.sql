/*
title = "Posting role has no account"
kind = "check"
rule = "C-12"
code = "MAPPING_MISSING"
severity = "block"
class = "DATA"
subject = "account_balance"
owner = "accounting"
why = "An entry without an account cannot be written."
suggestion = "Add the role to accounts.csv and have it approved."
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
)
SELECT f.entity, NULL AS store, concat(f.entity, '/', f.role, '/', f.account, '/', f.currency) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, f.currency, NULL AS due_on,
  concat('accounts.csv has no row for role ', f.role, ' of ', f.entity, ' (', f.account, ').') AS cause, '' AS evidence, NULL AS candidates
FROM found AS f
WHERE f.rows = 0 AND EXISTS (SELECT 1 FROM map_account AS m WHERE m.entity = f.entity)
ORDER BY subject_key
