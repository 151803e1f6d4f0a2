-- Entries that wait: their period is locked, they are not in the entity's own currency (Odoo reads debit and credit in that one), their account is
-- not in Odoo's chart, or Odoo has not shown what became of the last file.
DELETE FROM ledger.main.held_entry;
INSERT INTO ledger.main.held_entry
WITH waiting AS (
  SELECT j.* FROM journal_entry AS j WHERE NOT EXISTS (SELECT 1 FROM export_entry AS x JOIN export_file AS f ON f.export_id = x.export_id WHERE x.entry_id = j.entry_id AND f.run_id IS DISTINCT FROM getvariable('run_id'))
), locked AS (
  SELECT entity, max(TRY_CAST(value AS DATE)) AS through FROM fact.map_policy WHERE policy = 'locked_through' GROUP BY entity
), chart AS (
  SELECT DISTINCT entity, code FROM odoo_account_current
), last_export AS (
  SELECT entity, max(known_at) AS known_at FROM export_file WHERE kind = 'odoo_journal' AND run_id IS DISTINCT FROM getvariable('run_id') GROUP BY entity
), last_extract AS (
  SELECT context AS entity, max(known_at) AS known_at FROM file WHERE importer = 'odoo_move' AND state <> 'duplicate' GROUP BY context
)
SELECT w.entry_id, w.entity, 'period_locked', concat('Booked on ', CAST(w.booked_on AS VARCHAR), '; the books of ', w.entity, ' are locked through ', CAST(l.through AS VARCHAR), '.')
FROM waiting AS w JOIN locked AS l ON l.entity = w.entity AND w.booked_on <= l.through
UNION ALL
SELECT w.entry_id, w.entity, 'foreign_currency', concat('The entry is in ', w.currency, ' and ', w.entity, ' keeps its books in ', o.base_currency, '; book it by hand at the rate of the day.')
FROM waiting AS w JOIN (SELECT entity, min(upper(base_currency)) AS base_currency FROM fact.map_entity GROUP BY entity) AS o ON o.entity = w.entity AND o.base_currency <> w.currency
UNION ALL
SELECT DISTINCT w.entry_id, w.entity, 'account_unknown', concat('Account ', n.odoo_account, ' is not in the last extract of the chart of accounts.')
FROM waiting AS w JOIN journal_line AS n ON n.entry_id = w.entry_id
WHERE EXISTS (SELECT 1 FROM chart AS c WHERE c.entity = w.entity) AND NOT EXISTS (SELECT 1 FROM chart AS c WHERE c.entity = w.entity AND c.code = n.odoo_account)
UNION ALL
SELECT w.entry_id, w.entity, 'extract_stale', concat('The last file for ', w.entity, ' went out on ', CAST(CAST(e.known_at AS DATE) AS VARCHAR), '; land a newer extract of its journal entries first.')
FROM waiting AS w JOIN last_export AS e ON e.entity = w.entity LEFT JOIN last_extract AS x ON x.entity = w.entity
WHERE x.known_at IS NULL OR x.known_at <= e.known_at
ORDER BY 1, 3;
