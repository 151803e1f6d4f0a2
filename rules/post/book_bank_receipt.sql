/*
title = "Bank receipt of a payout"
kind = "post"
rule = "J-03"
why = "When the bank line matches to the cent, in the currency of the payout, and is not older than it; of a line for several payouts every payout has its own entry with its share, of a payout on several lines every line has. After a reversal that Odoo shows, a corrected one follows. Who books the bank decides the counterpart: the suspense account that the imported statement used, or the bank account."
reads = ["payout_fact", "match_bank_line", "bank_delta", "bank_early", "standing_entry", "taken_back", "map_account", "map_policy", "run_context", "blocked_payout", "cutover"]
subject = "payout"
against = ["bank_line_current", "map_account"]
*/
WITH receipt AS (
  SELECT m.account, m.payout_id, m.entity, m.currency, m.right_amount AS amount, m.booked_on, m.bank_key, m.bank_account,
    CASE WHEN m.shape = 'combined' THEN concat(m.bank_key, ' / ', m.payout_id) ELSE m.bank_key END AS ref, CASE WHEN m.shape = 'split' THEN concat(m.payout_id, '.', m.bank_key) ELSE m.payout_id END AS source_id,
    CASE WHEN coalesce(p.value, 'odoo') = 'tieout' THEN 'bank' ELSE 'suspense' END AS counterpart
  FROM match_bank_line AS m
  JOIN payout_fact AS f ON f.account = m.account AND f.payout_id = m.payout_id AND f.status = 'paid' AND f.payout_amount = f.lines_net
  LEFT JOIN map_policy AS p ON p.entity = m.entity AND p.policy = 'bank_booker' AND m.booked_on BETWEEN p.valid_from AND p.valid_to
  WHERE m.difference = 0 AND m.entity IS NOT NULL AND m.shape IS DISTINCT FROM 'returned'
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS d WHERE d.difference <> 0 AND d.left_key = m.left_key)
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS d WHERE d.difference <> 0 AND d.right_key = m.right_key)
    AND NOT EXISTS (SELECT 1 FROM bank_delta AS d WHERE d.bank_currency <> d.currency AND d.left_key = m.left_key)
    AND NOT EXISTS (SELECT 1 FROM bank_early AS e WHERE e.left_key = m.left_key)
    AND NOT EXISTS (SELECT 1 FROM standing_entry AS o WHERE o.entity = m.entity AND o.ref = m.bank_key)
    AND NOT EXISTS (SELECT 1 FROM standing_entry AS o WHERE o.entity = m.entity AND o.ref = concat(m.bank_key, ' / ', m.payout_id))
    AND NOT EXISTS (SELECT 1 FROM cutover AS c WHERE c.entity = m.entity AND m.booked_on < c.cutover_on)
    AND NOT EXISTS (SELECT 1 FROM blocked_payout AS b WHERE b.account = m.account AND b.payout_id = m.payout_id)
), side AS (
  SELECT account, payout_id, entity, currency, booked_on, ref, source_id, bank_account, counterpart AS role, amount FROM receipt
  UNION ALL
  SELECT account, payout_id, entity, currency, booked_on, ref, source_id, bank_account, 'payouts_in_transit', - amount FROM receipt
), placed AS (
  SELECT s.account, s.payout_id, s.entity, s.currency, s.booked_on, s.ref, s.source_id, s.bank_account, s.role, s.amount, m.odoo_account, m.odoo_journal,
    row_number() OVER (PARTITION BY s.account, s.source_id, s.role ORDER BY CASE WHEN m.qualifier IN (s.account, s.bank_account) THEN 0 WHEN m.qualifier = s.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM side AS s
  LEFT JOIN map_account AS m ON m.entity = s.entity AND m.role = s.role AND (m.qualifier IN (s.account, s.bank_account, s.currency) OR m.qualifier IS NULL) AND s.booked_on BETWEEN m.valid_from AND m.valid_to
), whole AS (
  SELECT account, source_id FROM placed WHERE place = 1 GROUP BY account, source_id HAVING count(*) = count(odoo_account)
), named AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, p.booked_on, p.ref, p.role, p.amount, p.odoo_account, p.odoo_journal, concat('tieout.', x.environment, '_', p.entity, '_') AS head, concat('receipt_', p.account, '_', CASE WHEN regexp_matches(p.source_id, '^[A-Za-z0-9_.-]+$') THEN p.source_id
    ELSE concat(regexp_replace(p.source_id, '[^A-Za-z0-9_.-]', '-', 'g'), '.', left(sha256(p.source_id), 8)) END) AS tail
  FROM placed AS p JOIN whole AS w ON w.account = p.account AND w.source_id = p.source_id CROSS JOIN run_context AS x WHERE p.place = 1
)
SELECT concat(p.head, t.prefix, p.tail) AS entry_id, 'J-03' AS pattern, p.entity, p.account, 'payout' AS subject_kind,
  concat(p.account, '/', p.payout_id) AS subject_key, p.booked_on, p.odoo_journal AS journal, p.ref, p.currency, p.role AS line_key, p.role, p.odoo_account,
  concat(p.payout_id, ' ', replace(p.role, '_', ' ')) AS label, CAST(1 AS BIGINT) AS lines,
  CASE WHEN p.amount > 0 THEN p.amount ELSE 0 END AS debit, CASE WHEN p.amount < 0 THEN - p.amount ELSE 0 END AS credit
FROM named AS p LEFT JOIN taken_back AS t ON t.kind = 'J-03' AND t.entry_id = concat(p.head, p.tail)
ORDER BY entry_id, line_key
