/*
title = "What moves the money on its way from processors to the bank, and what of it Odoo has otherwise"
kind = "fact"
why = "Payouts that were paid and what the bank received of them, as `movement`. `difference` is what Odoo's account for payouts in transit has beside them: a payout booked at another amount than it has, a receipt without one at the bank or taken back and not booked again, anything of neither. What is only not booked yet is no difference. A receipt is known by the bank's reference or, where Odoo's entry has none of ours, by the amount of a bank line, of one payout's share of it or of the charge that the bank kept, each once; a payout by its amount where nothing names it. Entries that take each other back count as none; a bank line that no payout explains is another finding. Payouts that the cut-over found on their way open it; without one, what Odoo books in the first fortnight may be of payouts before the first that is known."
reads = ["role_scope", "role_entry", "payout_fact", "match_bank_line", "bank_line_current", "map_bank_account", "opening_fact", "finding", "map_account", "odoo_journal_item_current"]
*/
WITH scope AS (
  SELECT DISTINCT entity, odoo_account, currency, begins_on, is_cutover, as_of FROM role_scope WHERE role = 'payouts_in_transit'
), listed AS (
  SELECT r.entity, r.odoo_account, p.account, p.payout_id, p.status, p.paid_on, p.payout_amount AS amount, r.begins_on, r.as_of
  FROM role_scope AS r JOIN payout_fact AS p ON p.account = r.account AND p.payout_amount <> 0 WHERE r.role = 'payouts_in_transit'
  UNION ALL
  SELECT r.entity, r.odoo_account, o.account, o.reference, 'paid', r.begins_on - 1, o.amount, r.begins_on, r.as_of
  FROM role_scope AS r JOIN opening_fact AS o ON o.account = r.account AND o.kind = 'unpaid_payout' AND o.currency = r.currency
  WHERE r.role = 'payouts_in_transit' AND NOT EXISTS (SELECT 1 FROM payout_fact AS p WHERE p.account = o.account AND p.payout_id = o.reference)
), receipt AS (
  SELECT l.entity, l.odoo_account, m.account, m.payout_id, m.bank_account, m.bank_key, m.booked_on, m.left_amount AS due, m.right_amount AS got, l.paid_on < l.begins_on AS is_before, m.booked_on <= l.as_of AS counts
  FROM match_bank_line AS m JOIN listed AS l ON l.account = m.account AND l.payout_id = m.payout_id
  WHERE l.status = 'paid' AND l.paid_on <= l.as_of AND m.booked_on BETWEEN l.begins_on AND l.as_of + 7  -- Odoo may have booked it some days earlier than the bank
), open_before AS (
  SELECT l.entity, l.odoo_account, l.account, l.payout_id, l.amount FROM listed AS l
  WHERE l.status = 'paid' AND l.paid_on < l.begins_on AND (EXISTS (SELECT 1 FROM receipt AS r WHERE r.account = l.account AND r.payout_id = l.payout_id) OR EXISTS (SELECT 1 FROM opening_fact AS o WHERE o.account = l.account AND o.reference = l.payout_id AND o.kind = 'unpaid_payout'))
), entry AS (
  SELECT e.entity, e.odoo_account, e.odoo_id, e.root_id, e.document, e.ref, e.booked_on, e.amount, e.account, e.payout_id, e.evidence, l.payout_id IS NOT NULL AS is_sent
  FROM role_entry AS e LEFT JOIN listed AS l ON l.account = e.account AND l.payout_id = e.payout_id AND (e.is_back OR sign(e.amount) = sign(l.amount)) WHERE e.role = 'payouts_in_transit'
), line AS (
  SELECT entity, odoo_account, bank_account, bank_key, min(booked_on) AS booked_on, sum(due) AS due, sum(got) AS got FROM receipt GROUP BY entity, odoo_account, bank_account, bank_key
), spelled AS (
  SELECT entity, odoo_account, bank_account, bank_key, bank_key AS ref FROM line
  UNION SELECT entity, odoo_account, bank_account, bank_key, concat(bank_key, ' reversed') FROM line
  UNION SELECT entity, odoo_account, bank_account, bank_key, concat(bank_key, ' / ', payout_id) FROM receipt
  UNION SELECT entity, odoo_account, bank_account, bank_key, concat(bank_key, ' / ', payout_id, ' reversed') FROM receipt
), of_line AS (
  SELECT e.odoo_account, e.entity, e.odoo_id, min(s.bank_account) AS bank_account, min(s.bank_key) AS bank_key, min(e.amount) AS amount
  FROM entry AS e JOIN spelled AS s ON s.entity = e.entity AND s.odoo_account = e.odoo_account AND s.ref = e.ref WHERE NOT e.is_sent GROUP BY e.odoo_account, e.entity, e.odoo_id
), named_line AS (
  SELECT entity, bank_account, bank_key, sum(amount) AS amount FROM of_line GROUP BY entity, bank_account, bank_key
), pool AS (
  SELECT e.entity, e.odoo_account, e.odoo_id, e.amount, row_number() OVER (PARTITION BY e.entity, e.odoo_account, e.amount ORDER BY e.booked_on, length(e.odoo_id), e.odoo_id) AS place
  FROM entry AS e WHERE NOT e.is_sent AND NOT EXISTS (SELECT 1 FROM of_line AS o WHERE o.entity = e.entity AND o.odoo_id = e.odoo_id)
), free_line AS (
  SELECT l.entity, l.odoo_account, l.bank_account, l.bank_key, l.booked_on, l.due, l.got, row_number() OVER (PARTITION BY l.entity, l.odoo_account, l.due ORDER BY l.booked_on, l.bank_account, l.bank_key) AS place
  FROM line AS l WHERE NOT EXISTS (SELECT 1 FROM named_line AS n WHERE n.entity = l.entity AND n.bank_account = l.bank_account AND n.bank_key = l.bank_key AND n.amount <> 0)
), by_line AS (
  SELECT p.entity, p.odoo_id, l.bank_account, l.bank_key FROM pool AS p JOIN free_line AS l ON l.entity = p.entity AND l.odoo_account = p.odoo_account AND l.due = - p.amount AND l.place = p.place
), free_share AS (
  SELECT r.entity, r.odoo_account, r.bank_account, r.bank_key, r.payout_id, r.due, r.got, row_number() OVER (PARTITION BY r.entity, r.odoo_account, r.due ORDER BY r.booked_on, r.account, r.payout_id, r.bank_key) AS place,
    row_number() OVER (PARTITION BY r.entity, r.odoo_account, r.got ORDER BY r.booked_on, r.account, r.payout_id, r.bank_key) AS got_place
  FROM receipt AS r JOIN free_line AS l ON l.entity = r.entity AND l.bank_account = r.bank_account AND l.bank_key = r.bank_key
  WHERE NOT EXISTS (SELECT 1 FROM by_line AS b WHERE b.entity = r.entity AND b.bank_account = r.bank_account AND b.bank_key = r.bank_key)
), rest AS (
  SELECT p.entity, p.odoo_account, p.odoo_id, p.amount, row_number() OVER (PARTITION BY p.entity, p.odoo_account, p.amount ORDER BY p.place) AS place
  FROM pool AS p WHERE NOT EXISTS (SELECT 1 FROM by_line AS b WHERE b.entity = p.entity AND b.odoo_id = p.odoo_id)
), charge AS (
  SELECT entity, odoo_account, due - got AS amount, row_number() OVER (PARTITION BY entity, odoo_account, due - got ORDER BY booked_on, account, payout_id, bank_key) AS place FROM receipt WHERE due <> got
), by_share AS (
  SELECT p.entity, p.odoo_id FROM rest AS p JOIN free_share AS s ON s.entity = p.entity AND s.odoo_account = p.odoo_account AND s.due = - p.amount AND s.place = p.place
  UNION
  SELECT p.entity, p.odoo_id FROM rest AS p JOIN free_share AS s ON s.entity = p.entity AND s.odoo_account = p.odoo_account AND s.got = - p.amount AND s.got_place = p.place AND s.got <> s.due
  UNION
  SELECT p.entity, p.odoo_id FROM rest AS p JOIN charge AS s ON s.entity = p.entity AND s.odoo_account = p.odoo_account AND s.amount = - p.amount AND s.place = p.place
), booked AS (
  SELECT e.account, e.payout_id, min(e.booked_on) AS booked_on, sum(e.amount) AS amount, string_agg(e.evidence, ' ' ORDER BY e.evidence) AS evidence FROM entry AS e WHERE e.is_sent GROUP BY e.account, e.payout_id
), unbooked AS (
  SELECT l.entity, l.odoo_account, l.account, l.payout_id, l.amount, row_number() OVER (PARTITION BY l.entity, l.odoo_account, l.amount ORDER BY l.paid_on, l.account, l.payout_id) AS place
  FROM listed AS l WHERE l.status = 'paid' AND l.paid_on BETWEEN l.begins_on AND l.as_of AND NOT EXISTS (SELECT 1 FROM booked AS b WHERE b.account = l.account AND b.payout_id = l.payout_id AND b.amount <> 0)
), loose AS (
  SELECT r.entity, r.odoo_account, r.odoo_id, r.amount, row_number() OVER (PARTITION BY r.entity, r.odoo_account, r.amount ORDER BY r.place) AS place FROM rest AS r
  LEFT JOIN unbooked AS u ON u.entity = r.entity AND u.odoo_account = r.odoo_account AND u.amount = r.amount AND u.place = r.place
  WHERE u.payout_id IS NULL AND NOT EXISTS (SELECT 1 FROM by_share AS b WHERE b.entity = r.entity AND b.odoo_id = r.odoo_id)
), stranger AS (
  SELECT l.entity, l.odoo_id FROM loose AS l LEFT JOIN loose AS o ON o.entity = l.entity AND o.odoo_account = l.odoo_account AND o.amount = - l.amount AND o.place = l.place WHERE o.odoo_id IS NULL
), early AS (
  -- within two weeks of the first payout that is known an entry with the bank or with clearing on its other side may be one of a payout before it
  SELECT DISTINCT e.entity, e.odoo_id
  FROM stranger AS x JOIN entry AS e ON e.entity = x.entity AND e.odoo_id = x.odoo_id JOIN scope AS s ON s.entity = e.entity AND s.odoo_account = e.odoo_account AND NOT s.is_cutover AND e.booked_on < s.begins_on + 14
  LEFT JOIN (SELECT DISTINCT entity FROM map_account WHERE role = 'bank') AS k ON k.entity = e.entity
  LEFT JOIN odoo_journal_item_current AS i ON i.entity = e.entity AND i.move_odoo_id = e.root_id
  LEFT JOIN map_account AS a ON a.entity = i.entity AND a.odoo_account = i.account_code AND a.role IN ('bank', 'bank_suspense', 'clearing')
  WHERE k.entity IS NULL OR a.entity IS NOT NULL
), told_of AS (
  SELECT DISTINCT subject_kind, subject_key FROM finding WHERE subject_kind IN ('payout', 'bank_line', 'odoo_document')
), elsewhere AS (
  -- the amount of a bank line that no payout explains
  SELECT DISTINCT e.entity, e.odoo_id
  FROM stranger AS x JOIN entry AS e ON e.entity = x.entity AND e.odoo_id = x.odoo_id JOIN map_bank_account AS a ON a.entity = e.entity
  JOIN bank_line_current AS b ON b.bank_account = a.bank_account AND b.amount = - e.amount AND b.booked_on BETWEEN e.booked_on - 7 AND e.booked_on + 7
  WHERE NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.bank_account = b.bank_account AND m.bank_key = b.bank_reference)
), found AS (
  SELECT entity, odoo_account, CAST(NULL AS DATE) AS booked_on, 'on its way at the start' AS reason, amount AS movement, CAST(0 AS DECIMAL(38,4)) AS difference, TRUE AS is_named, 'payout' AS subject_kind, concat(account, '/', payout_id) AS subject_key, CAST(NULL AS VARCHAR) AS evidence FROM open_before
  UNION ALL
  SELECT entity, odoo_account, paid_on, 'paid out', amount, 0, TRUE, 'payout', concat(account, '/', payout_id), NULL FROM listed WHERE status = 'paid' AND paid_on BETWEEN begins_on AND as_of
  UNION ALL
  SELECT r.entity, r.odoo_account, r.booked_on, 'received', - r.due, 0, TRUE, 'bank_line', concat(r.bank_account, '/', r.bank_key), NULL FROM receipt AS r
  WHERE r.counts AND (NOT r.is_before OR EXISTS (SELECT 1 FROM open_before AS o WHERE o.account = r.account AND o.payout_id = r.payout_id))
  UNION ALL
  SELECT l.entity, l.odoo_account, b.booked_on, 'booked otherwise than paid out', 0, CASE WHEN l.status = 'paid' THEN l.amount ELSE 0 END - b.amount, f.subject_key IS NOT NULL, 'payout', concat(l.account, '/', l.payout_id), b.evidence
  FROM booked AS b JOIN listed AS l ON l.account = b.account AND l.payout_id = b.payout_id LEFT JOIN told_of AS f ON f.subject_kind = 'payout' AND f.subject_key = concat(l.account, '/', l.payout_id)
  WHERE b.amount <> 0 AND (b.amount <> l.amount OR l.status IN ('failed', 'canceled'))
  UNION ALL
  SELECT l.entity, l.odoo_account, l.booked_on, 'received more often than at the bank', 0, - l.due - n.amount, f.subject_key IS NOT NULL, 'bank_line', concat(l.bank_account, '/', l.bank_key), NULL
  FROM line AS l JOIN named_line AS n ON n.entity = l.entity AND n.bank_account = l.bank_account AND n.bank_key = l.bank_key LEFT JOIN told_of AS f ON f.subject_kind = 'bank_line' AND f.subject_key = concat(l.bank_account, '/', l.bank_key)
  WHERE abs(n.amount) > abs(l.due) OR sign(n.amount) = sign(l.due)
  UNION ALL
  SELECT l.entity, l.odoo_account, l.booked_on, 'received, and taken back in Odoo', 0, - l.due, f.subject_key IS NOT NULL, 'bank_line', concat(l.bank_account, '/', l.bank_key), NULL
  FROM free_line AS l JOIN named_line AS n ON n.entity = l.entity AND n.bank_account = l.bank_account AND n.bank_key = l.bank_key AND n.amount = 0 LEFT JOIN told_of AS f ON f.subject_kind = 'bank_line' AND f.subject_key = concat(l.bank_account, '/', l.bank_key)
  WHERE NOT EXISTS (SELECT 1 FROM by_line AS b WHERE b.entity = l.entity AND b.bank_account = l.bank_account AND b.bank_key = l.bank_key)
    AND EXISTS (SELECT 1 FROM receipt AS r JOIN booked AS k ON k.account = r.account AND k.payout_id = r.payout_id AND k.amount <> 0 WHERE r.counts AND r.entity = l.entity AND r.bank_account = l.bank_account AND r.bank_key = l.bank_key)
  UNION ALL
  SELECT e.entity, e.odoo_account, e.booked_on, CASE WHEN w.odoo_id IS NOT NULL THEN 'a bank line that no payout explains' WHEN y.odoo_id IS NOT NULL THEN 'of a payout before the first that is known' ELSE 'neither a payout nor a receipt' END, 0, - e.amount,
    w.odoo_id IS NOT NULL OR d.subject_key IS NOT NULL OR f.subject_key IS NOT NULL OR y.odoo_id IS NOT NULL, 'odoo_document', e.document, e.evidence
  FROM stranger AS x JOIN entry AS e ON e.entity = x.entity AND e.odoo_id = x.odoo_id JOIN scope AS s ON s.entity = e.entity AND s.odoo_account = e.odoo_account LEFT JOIN elsewhere AS w ON w.entity = e.entity AND w.odoo_id = e.odoo_id LEFT JOIN early AS y ON y.entity = e.entity AND y.odoo_id = e.odoo_id
  LEFT JOIN told_of AS d ON d.subject_kind = 'odoo_document' AND d.subject_key = e.document LEFT JOIN told_of AS f ON f.subject_kind = 'payout' AND f.subject_key = concat(e.account, '/', e.payout_id)
  UNION ALL
  SELECT entity, odoo_account, as_of, 'all sides end here', 0, 0, TRUE, NULL, NULL, NULL FROM scope
)
SELECT f.entity, f.odoo_account AS account, s.currency, f.booked_on, f.reason, CAST(f.movement AS DECIMAL(18,4)) AS movement, CAST(f.difference AS DECIMAL(18,4)) AS difference, f.is_named, f.subject_kind, f.subject_key, f.evidence
FROM found AS f JOIN scope AS s ON s.entity = f.entity AND s.odoo_account = f.odoo_account
