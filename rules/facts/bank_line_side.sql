/*
title = "Lines of a bank account as the bank has them and as Odoo has them"
kind = "fact"
why = "Both sides of the pair in one shape. Due are those from the day on which both begin, two business days before the other side ends; a line of Odoo on a day that no statement covers, and a line of the bank on a day that Odoo's extract has nothing of, are not: what is missing there is another finding. The others are there to be paired."
reads = ["bank_journal", "bank_line_current", "bank_statement_current", "odoo_statement_line_current", "odoo_gap", "business_day"]
*/
WITH covered AS (
  SELECT s.bank_account, s.currency, least(coalesce(s.opened_on, s.closed_on), coalesce(l.first_on, s.closed_on)) AS first_on, greatest(s.closed_on, l.last_on) AS last_on
  FROM bank_statement_current AS s
  LEFT JOIN (SELECT bank_account, statement_id, min(booked_on) AS first_on, max(booked_on) AS last_on FROM bank_line_current WHERE standing = 'booked' GROUP BY bank_account, statement_id) AS l
    ON l.bank_account = s.bank_account AND l.statement_id = s.statement_id
)
SELECT 'bank' AS side, j.entity, j.bank_account, b.bank_reference AS line_key, j.currency, b.amount, b.booked_on AS day, b.value_on, d.ordinal,
  upper(regexp_replace(coalesce(b.descriptor, ''), '[^A-Za-z0-9]+', '', 'g')) AS words, b.booked_on >= j.begins_on AND b.booked_on <= j.bank_until AND d.ordinal + 2 <= u.ordinal
    AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = j.entity AND g.day = b.booked_on) AS is_due, b.booked_on = j.begins_on AS is_first, NULL AS company, NULL AS move_name, b.file_id, b.row_no
FROM bank_journal AS j
JOIN bank_line_current AS b ON b.bank_account = j.bank_account AND b.currency = j.currency AND b.booked_on >= j.begins_on - 7
JOIN business_day AS d ON d.entity = j.entity AND d.day = b.booked_on
JOIN business_day AS u ON u.entity = j.entity AND u.day = j.odoo_until
WHERE b.standing = 'booked' AND b.amount <> 0
UNION ALL
SELECT 'odoo', j.entity, j.bank_account, o.odoo_id, j.currency, o.amount, o.booked_on, NULL, d.ordinal,
  upper(regexp_replace(coalesce(o.label, ''), '[^A-Za-z0-9]+', '', 'g')),
  o.booked_on >= j.begins_on AND d.ordinal + 2 <= u.ordinal AND EXISTS (SELECT 1 FROM covered AS c WHERE c.bank_account = j.bank_account AND c.currency = j.currency AND o.booked_on BETWEEN c.first_on AND c.last_on), o.booked_on = j.begins_on, o.company, o.move_name, o.file_id, o.row_no
FROM bank_journal AS j
JOIN odoo_statement_line_current AS o ON o.entity = j.entity AND o.journal IS NOT DISTINCT FROM j.journal AND o.currency = j.currency AND o.booked_on >= j.begins_on - 7
JOIN business_day AS d ON d.entity = j.entity AND d.day = o.booked_on
JOIN business_day AS u ON u.entity = j.entity AND u.day = j.bank_until
WHERE o.amount <> 0
