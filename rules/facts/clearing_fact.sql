/*
title = "The proof of every clearing account"
kind = "fact"
why = "Odoo's balance less what source rows explain; what is left is what nobody can name, or what Odoo booked otherwise without anybody having been told."
reads = ["clearing_scope", "clearing_item"]
*/
WITH summed AS (
  SELECT account, sum(CASE WHEN explains THEN amount ELSE 0 END) AS explained FROM clearing_item GROUP BY account
)
SELECT s.entity, 'clearing' AS role, s.account, s.currency, s.odoo_account, s.balance AS ledger_balance, coalesce(i.explained, 0) AS explained, s.balance - coalesce(i.explained, 0) AS residual, s.as_of, s.evidence
FROM clearing_scope AS s LEFT JOIN summed AS i ON i.account = s.account
