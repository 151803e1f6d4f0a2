-- Entries that wait: their period is locked or closed, they are not in the entity's own currency (Odoo reads debit and credit in that one), their account is
-- not in Odoo's chart, Odoo has the payout already, the payout failed (J-02 only until its money is a line of a later one) or has been blocked since, or Odoo has not shown what it holds: no extract, one older than
-- the entry's day, or none since the last file.
DELETE FROM ledger.main.held_entry;
INSERT INTO ledger.main.held_entry
WITH waiting AS (
  SELECT j.* FROM journal_entry AS j WHERE NOT EXISTS (SELECT 1 FROM export_entry AS x JOIN export_file AS f ON f.export_id = x.export_id WHERE x.entry_id = j.entry_id AND f.run_id IS DISTINCT FROM getvariable('run_id'))
), chart AS (
  SELECT DISTINCT entity, code FROM odoo_account_current
), last_export AS (
  SELECT entity, max(known_at) AS known_at FROM export_file WHERE kind = 'odoo_journal' AND run_id IS DISTINCT FROM getvariable('run_id') GROUP BY entity
), extract AS (
  SELECT owner_key AS entity, complete_until, known_at FROM fact.watermark_fact WHERE source = 'odoo_move'
)
SELECT w.entry_id, w.entity, 'period_locked', concat('Booked on ', CAST(w.booked_on AS VARCHAR), '; the books of ', w.entity, ' are locked through ', CAST(l.through AS VARCHAR), '.')
FROM waiting AS w JOIN fact.locked_through AS l ON l.entity = w.entity AND w.booked_on <= l.through
UNION ALL
SELECT w.entry_id, w.entity, 'period_closed', concat('Booked on ', CAST(w.booked_on AS VARCHAR), '; ', p.period, ' of ', w.entity, ' was closed by ', p.closed_by, '. Reopen it, or reverse the entry into an open period.')
FROM waiting AS w JOIN period AS p ON p.entity = w.entity AND p.state = 'closed' AND p.period = strftime(w.booked_on, '%Y-%m')
UNION ALL
SELECT w.entry_id, w.entity, 'foreign_currency', concat('The entry is in ', w.currency, ' and ', w.entity, ' keeps its books in ', o.base_currency, '; book it by hand at the rate of the day.')
FROM waiting AS w JOIN (SELECT entity, min(upper(base_currency)) AS base_currency FROM fact.map_entity GROUP BY entity) AS o ON o.entity = w.entity AND o.base_currency <> w.currency
UNION ALL
SELECT DISTINCT w.entry_id, w.entity, 'account_unknown', concat('Account ', n.odoo_account, ' is not in the last extract of the chart of accounts.')
FROM waiting AS w JOIN journal_line AS n ON n.entry_id = w.entry_id
WHERE EXISTS (SELECT 1 FROM chart AS c WHERE c.entity = w.entity) AND NOT EXISTS (SELECT 1 FROM chart AS c WHERE c.entity = w.entity AND c.code = n.odoo_account)
UNION ALL
SELECT w.entry_id, w.entity, 'in_odoo', concat('Odoo has booked it as ', e.entry_name, '.')
FROM waiting AS w JOIN fact.payout_entry AS e ON w.kind = 'J-02' AND concat(e.account, '/', e.payout_id) = w.subject_key
UNION ALL
SELECT w.entry_id, w.entity, 'in_odoo', concat('Odoo has booked it as ', min(m.name), '.')
FROM (SELECT entry_id, entity, ref FROM waiting WHERE kind = 'J-03' UNION SELECT entry_id, entity, split_part(ref, ' / ', 1) FROM waiting WHERE kind = 'J-03') AS w JOIN fact.standing_entry AS m ON m.entity = w.entity AND m.ref = w.ref GROUP BY w.entry_id, w.entity
UNION ALL
SELECT w.entry_id, w.entity, 'blocked', 'Its payout has a blocking exception since the entry was prepared.'
FROM waiting AS w JOIN fact.blocked_payout AS b ON w.kind IN ('J-02', 'J-03') AND concat(b.account, '/', b.payout_id) = w.subject_key
UNION ALL
SELECT w.entry_id, w.entity, 'payout_failed', concat('The processor says that the payout is ', p.status, '.')
FROM waiting AS w JOIN fact.payout_fact AS p ON w.kind IN ('J-02', 'J-03') AND p.status IN ('failed', 'canceled') AND concat(p.account, '/', p.payout_id) = w.subject_key
WHERE w.kind = 'J-03' OR NOT EXISTS (SELECT 1 FROM fact.returned_payout AS r WHERE r.account = p.account AND r.failed_id = p.payout_id)
UNION ALL
SELECT w.entry_id, w.entity, 'extract_missing', concat('No extract of the journal entries of ', w.entity, ' was landed yet: Odoo may hold this payout already.')
FROM waiting AS w WHERE NOT EXISTS (SELECT 1 FROM extract AS x WHERE x.entity = w.entity)
UNION ALL
SELECT w.entry_id, w.entity, 'extract_stale', CASE WHEN x.known_at <= e.known_at
    THEN concat('The last file for ', w.entity, ' went out on ', CAST(CAST(e.known_at AS DATE) AS VARCHAR), '; land a newer extract of its journal entries first.')
    ELSE concat('Booked on ', CAST(w.booked_on AS VARCHAR), '; the last extract of journal entries of ', w.entity, ' shows nothing later than ', CAST(x.complete_until + 1 AS VARCHAR), '.') END
FROM waiting AS w JOIN extract AS x ON x.entity = w.entity LEFT JOIN last_export AS e ON e.entity = w.entity
WHERE x.known_at <= e.known_at OR w.booked_on > x.complete_until + 1
ORDER BY 1, 3;
