/*
title = "Accounts of every payout's entry"
kind = "fact"
why = "What the entry of a payout has to say, line by line: each posting role on the account that accounts.csv gives it on the day of the payout, that of the processor account before that of the currency before that of every one. A role without an account has none here."
reads = ["payout_fact", "payout_role_fact", "map_account"]
*/
WITH placed AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, r.role, r.lines, r.amount, m.odoo_account, m.odoo_journal,
    row_number() OVER (PARTITION BY p.account, p.payout_id, r.role ORDER BY CASE WHEN m.qualifier = p.account THEN 0 WHEN m.qualifier = p.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM payout_fact AS p
  JOIN payout_role_fact AS r ON r.account = p.account AND r.payout_id = p.payout_id AND r.currency = p.currency  -- one with lines of another currency is broken
  LEFT JOIN map_account AS m ON m.entity = p.entity AND m.role = r.role AND (m.qualifier = p.account OR m.qualifier = p.currency OR m.qualifier IS NULL) AND p.paid_on BETWEEN m.valid_from AND m.valid_to
)
SELECT account, payout_id, entity, currency, role, lines, amount, odoo_account, odoo_journal FROM placed WHERE place = 1
