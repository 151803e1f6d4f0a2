/*
title = "Journal of Odoo that keeps each bank account"
kind = "fact"
why = "Nobody maps it: the journal and the bank account of one entity and currency that have the most lines of the same booking or value day and amount in common, each the other's best, and at least half of what the smaller side has. A line that names no journal is of the only bank account. Compared from the day on which both sides begin, or the cut-over, up to where both reach."
reads = ["bank_line_current", "map_bank_account", "odoo_statement_line_current", "watermark_fact", "cutover"]
*/
WITH ours AS (
  SELECT m.entity, b.bank_account, b.currency, b.booked_on, b.value_on, b.amount
  FROM bank_line_current AS b JOIN map_bank_account AS m ON m.bank_account = b.bank_account AND b.booked_on BETWEEN m.valid_from AND m.valid_to
  WHERE b.standing = 'booked' AND b.amount <> 0
), account AS (
  SELECT entity, bank_account, currency, min(booked_on) AS first_on, max(booked_on) AS last_on, count(*) OVER (PARTITION BY entity, currency) AS accounts FROM ours GROUP BY entity, bank_account, currency
), theirs AS (
  SELECT entity, coalesce(journal, '') AS journal, currency, booked_on, amount FROM odoo_statement_line_current WHERE amount <> 0
), journal AS (
  SELECT entity, journal, currency, min(booked_on) AS first_on, max(booked_on) AS last_on FROM theirs GROUP BY entity, journal, currency
), span AS (
  SELECT a.entity, a.bank_account, j.journal, a.currency, greatest(a.first_on, j.first_on) AS first_on, least(a.last_on, j.last_on) AS last_on
  FROM account AS a JOIN journal AS j ON j.entity = a.entity AND j.currency = a.currency WHERE j.journal <> '' OR a.accounts = 1
), left_count AS (
  SELECT s.entity, s.bank_account, s.journal, s.currency, count(*) AS lines
  FROM span AS s JOIN (SELECT DISTINCT entity, bank_account, currency, booked_on, amount FROM ours) AS o ON o.entity = s.entity AND o.bank_account = s.bank_account AND o.currency = s.currency AND o.booked_on BETWEEN s.first_on AND s.last_on
  GROUP BY s.entity, s.bank_account, s.journal, s.currency
), right_count AS (
  SELECT s.entity, s.bank_account, s.journal, s.currency, count(*) AS lines
  FROM span AS s JOIN (SELECT DISTINCT entity, journal, currency, booked_on, amount FROM theirs) AS t ON t.entity = s.entity AND t.journal = s.journal AND t.currency = s.currency AND t.booked_on BETWEEN s.first_on AND s.last_on
  GROUP BY s.entity, s.bank_account, s.journal, s.currency
), shared AS (
  SELECT o.entity, o.bank_account, t.journal, o.currency, count(*) AS lines
  FROM (SELECT entity, bank_account, currency, booked_on, amount FROM ours UNION SELECT entity, bank_account, currency, value_on, amount FROM ours) AS o
  JOIN (SELECT DISTINCT entity, journal, currency, booked_on, amount FROM theirs) AS t ON t.entity = o.entity AND t.currency = o.currency AND t.booked_on = o.booked_on AND t.amount = o.amount
  GROUP BY o.entity, o.bank_account, t.journal, o.currency
), rated AS (
  SELECT h.entity, h.bank_account, h.journal, h.currency, h.lines,
    max(h.lines) OVER (PARTITION BY h.entity, h.bank_account, h.currency) AS best_of_account, max(h.lines) OVER (PARTITION BY h.entity, h.journal, h.currency) AS best_of_journal
  FROM shared AS h JOIN left_count AS l ON l.entity = h.entity AND l.bank_account = h.bank_account AND l.journal = h.journal AND l.currency = h.currency
  JOIN right_count AS r ON r.entity = h.entity AND r.bank_account = h.bank_account AND r.journal = h.journal AND r.currency = h.currency
  WHERE h.lines * 2 >= least(l.lines, r.lines)
), best AS (
  SELECT r.entity, r.bank_account, r.journal, r.currency, count(*) OVER (PARTITION BY r.entity, r.bank_account, r.currency) AS journals, count(*) OVER (PARTITION BY r.entity, r.journal, r.currency) AS accounts
  FROM rated AS r WHERE r.lines = r.best_of_account AND r.lines = r.best_of_journal
)
SELECT s.entity, s.bank_account, nullif(s.journal, '') AS journal, s.currency, greatest(s.first_on, c.cutover_on) AS begins_on, b.complete_until AS bank_until, o.complete_until AS odoo_until
FROM best AS e JOIN span AS s ON s.entity = e.entity AND s.bank_account = e.bank_account AND s.journal = e.journal AND s.currency = e.currency
JOIN watermark_fact AS b ON b.source = 'bank_line' AND b.owner_key = e.bank_account
JOIN watermark_fact AS o ON o.source = 'odoo_statement_line' AND o.owner_key = e.entity
LEFT JOIN cutover AS c ON c.entity = e.entity
WHERE e.journals = 1 AND e.accounts = 1
