/*
title = "Payout-level clearing entry"
kind = "post"
rule = "J-02"
why = "One entry per payout, entity and currency, when the payout is paid, decomposes, and nothing blocks it; dated the day of the payout. Not while Odoo's extract lacks that day: it may be booked there. After a reversal that Odoo shows, a corrected one, whose id says so. One that failed is booked too once its money is a line of a later payout, which holds the net of its lines and not their fees; J-13 then takes the transfer back."
reads = ["payout_fact", "payout_account", "payout_entry", "blocked_payout", "run_context", "cutover", "taken_back", "returned_payout", "odoo_gap"]
subject = "payout"
against = ["map_account"]
*/
WITH bookable AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, p.paid_on
  FROM payout_fact AS p
  WHERE (p.status = 'paid' OR (p.status IN ('failed', 'canceled') AND EXISTS (SELECT 1 FROM returned_payout AS r WHERE r.account = p.account AND r.failed_id = p.payout_id)))
    AND p.payout_amount = p.lines_net AND p.lines > 0 AND p.unknown_lines = 0 AND p.entity IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM payout_entry AS e WHERE e.account = p.account AND e.payout_id = p.payout_id)
    AND NOT EXISTS (SELECT 1 FROM cutover AS c WHERE c.entity = p.entity AND p.paid_on < c.cutover_on)
    AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = p.entity AND g.day = p.paid_on)
    AND NOT EXISTS (SELECT 1 FROM blocked_payout AS b WHERE b.account = p.account AND b.payout_id = p.payout_id)
), placed AS (
  SELECT b.account, b.payout_id, b.entity, b.currency, b.paid_on, r.role, r.lines, r.amount, r.odoo_account, r.odoo_journal
  FROM bookable AS b JOIN payout_account AS r ON r.account = b.account AND r.payout_id = b.payout_id
), whole AS (
  SELECT account, payout_id FROM placed GROUP BY account, payout_id HAVING count(*) = count(odoo_account)
)
SELECT concat('tieout.', x.environment, '_', p.entity, '_', t.prefix, 'payout_', p.account, '_', CASE WHEN regexp_matches(p.payout_id, '^[A-Za-z0-9_.-]+$') THEN p.payout_id
    ELSE concat(regexp_replace(p.payout_id, '[^A-Za-z0-9_.-]', '-', 'g'), '.', left(sha256(p.payout_id), 8)) END) AS entry_id, 'J-02' AS pattern, p.entity, p.account, 'payout' AS subject_kind,
  concat(p.account, '/', p.payout_id) AS subject_key, p.paid_on AS booked_on, p.odoo_journal AS journal, p.payout_id AS ref, p.currency, p.role AS line_key, p.role, p.odoo_account,
  concat(p.payout_id, ' ', replace(p.role, '_', ' '), ' (', p.lines, CASE WHEN p.lines = 1 THEN ' line)' ELSE ' lines)' END) AS label, p.lines,
  CASE WHEN p.amount > 0 THEN p.amount ELSE 0 END AS debit, CASE WHEN p.amount < 0 THEN - p.amount ELSE 0 END AS credit
FROM placed AS p JOIN whole AS w ON w.account = p.account AND w.payout_id = p.payout_id CROSS JOIN run_context AS x
LEFT JOIN taken_back AS t ON t.kind = 'J-02' AND t.subject_key = concat(p.account, '/', p.payout_id)
ORDER BY entry_id, line_key
