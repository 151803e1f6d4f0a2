/*
title = "What moves the funds that disputes hold, and what of it Odoo has otherwise"
kind = "fact"
why = "What disputes took and gave back in payouts, and what was taken from Odoo's account of disputed funds by entries of no payout (losses), as `movement`. `difference` is what Odoo has there beside them: a payout booked with another amount than it has, and money that an entry of no payout put there although no dispute line outside of payouts, no payout that is not booked yet and no entry that takes it back has that amount. What is only not booked yet is no difference; a loss that nobody books is another finding. Without a cut-over, what Odoo books in the first fortnight may be of payouts before the first that is known."
reads = ["role_scope", "role_entry", "payout_fact", "payout_account", "line_fact", "opening_fact", "finding"]
*/
WITH scope AS (
  SELECT DISTINCT entity, odoo_account, currency, begins_on, is_cutover, as_of FROM role_scope WHERE role = 'disputed_funds'
), held AS (
  SELECT r.entity, r.odoo_account, a.account, a.payout_id, p.paid_on, p.paid_on BETWEEN r.begins_on AND r.as_of AS counts, a.amount
  FROM role_scope AS r JOIN payout_account AS a ON a.account = r.account AND a.role = 'disputed_funds' AND a.odoo_account = r.odoo_account
  JOIN payout_fact AS p ON p.account = a.account AND p.payout_id = a.payout_id AND p.status = 'paid' WHERE r.role = 'disputed_funds'
), entry AS (
  SELECT entity, odoo_account, odoo_id, root_id, document, booked_on, amount, account, payout_id, evidence FROM role_entry WHERE role = 'disputed_funds'
), booked AS (
  SELECT e.entity, e.odoo_account, e.account, e.payout_id, min(e.booked_on) AS booked_on, sum(e.amount) AS amount, string_agg(e.evidence, ' ' ORDER BY e.evidence) AS evidence FROM entry AS e WHERE e.payout_id IS NOT NULL GROUP BY e.entity, e.odoo_account, e.account, e.payout_id
), hand AS (
  SELECT entity, odoo_account, root_id, min(document) AS document, min(booked_on) AS booked_on, sum(amount) AS amount, min(evidence) AS evidence FROM entry WHERE payout_id IS NULL GROUP BY entity, odoo_account, root_id HAVING sum(amount) <> 0
), ranked AS (
  SELECT entity, odoo_account, root_id, amount, row_number() OVER (PARTITION BY entity, odoo_account, amount ORDER BY booked_on, length(root_id), root_id) AS place FROM hand
), loose AS (
  SELECT r.entity, r.odoo_account, l.booked_on, - l.net AS amount, concat(l.account, '/', l.line_id) AS subject_key FROM role_scope AS r JOIN line_fact AS l ON l.account = r.account AND l.bucket = 'dispute' AND l.payout_id IS NULL AND l.currency = r.currency AND l.booked_on BETWEEN r.begins_on AND r.as_of WHERE r.role = 'disputed_funds'
  UNION ALL
  SELECT h.entity, h.odoo_account, h.paid_on, h.amount, NULL FROM held AS h WHERE h.counts AND NOT EXISTS (SELECT 1 FROM booked AS b WHERE b.account = h.account AND b.payout_id = h.payout_id AND b.odoo_account = h.odoo_account AND b.amount <> 0)
), expected AS (
  SELECT entity, odoo_account, amount, row_number() OVER (PARTITION BY entity, odoo_account, amount ORDER BY booked_on) AS place FROM loose
), added AS (
  SELECT r.entity, r.odoo_account, r.root_id, row_number() OVER (PARTITION BY r.entity, r.odoo_account, r.amount ORDER BY r.place) AS place, r.amount FROM ranked AS r
  LEFT JOIN ranked AS o ON o.entity = r.entity AND o.odoo_account = r.odoo_account AND o.amount = - r.amount AND o.place = r.place WHERE r.amount > 0 AND o.root_id IS NULL
), stranger AS (
  SELECT a.entity, a.odoo_account, a.root_id, x.amount IS NULL AS is_strange FROM added AS a LEFT JOIN expected AS x ON x.entity = a.entity AND x.odoo_account = a.odoo_account AND x.amount = a.amount AND x.place = a.place
), ever AS (
  SELECT h.entity, h.odoo_account FROM held AS h WHERE h.amount <> 0
  UNION SELECT l.entity, l.odoo_account FROM loose AS l WHERE l.amount <> 0
  UNION SELECT r.entity, r.odoo_account FROM role_scope AS r JOIN opening_fact AS o ON o.entity = r.entity AND o.account = r.account AND o.currency = r.currency AND o.kind = 'disputed_funds' WHERE r.role = 'disputed_funds'
), baseless AS (
  -- nothing was ever held that could be lost; in the first two weeks it may have been before the first payout that is known
  SELECT h.entity, h.odoo_account, h.root_id FROM hand AS h JOIN scope AS c ON c.entity = h.entity AND c.odoo_account = h.odoo_account
  LEFT JOIN ranked AS r ON r.entity = h.entity AND r.odoo_account = h.odoo_account AND r.amount = - h.amount
  WHERE h.amount < 0 AND r.root_id IS NULL AND (c.is_cutover OR h.booked_on >= c.begins_on + 14) AND NOT EXISTS (SELECT 1 FROM ever AS e WHERE e.entity = h.entity AND e.odoo_account = h.odoo_account)
), told_of AS (
  SELECT DISTINCT subject_kind, subject_key FROM finding WHERE subject_kind IN ('payout', 'odoo_document')
), found AS (
  SELECT r.entity, r.odoo_account, CAST(NULL AS DATE) AS booked_on, 'opening position' AS reason, o.amount AS movement, CAST(0 AS DECIMAL(38,4)) AS difference, TRUE AS is_named, CAST(NULL AS VARCHAR) AS subject_kind, CAST(NULL AS VARCHAR) AS subject_key, concat(o.file_id, ':', o.row_no) AS evidence
  FROM role_scope AS r JOIN opening_fact AS o ON o.entity = r.entity AND o.account = r.account AND o.currency = r.currency AND o.kind = 'disputed_funds' WHERE r.role = 'disputed_funds'
  UNION ALL
  SELECT entity, odoo_account, paid_on, 'held or given back by a payout', amount, 0, TRUE, 'payout', concat(account, '/', payout_id), NULL FROM held WHERE counts
  UNION ALL
  SELECT b.entity, b.odoo_account, b.booked_on, 'booked otherwise than held', 0, coalesce(h.amount, 0) - b.amount, f.subject_key IS NOT NULL, 'payout', concat(b.account, '/', b.payout_id), b.evidence
  FROM booked AS b LEFT JOIN held AS h ON h.account = b.account AND h.payout_id = b.payout_id AND h.odoo_account = b.odoo_account LEFT JOIN told_of AS f ON f.subject_kind = 'payout' AND f.subject_key = concat(b.account, '/', b.payout_id)
  WHERE b.amount <> 0 AND b.amount <> coalesce(h.amount, 0)
  UNION ALL
  SELECT h.entity, h.odoo_account, h.booked_on, CASE WHEN h.amount < 0 THEN 'written off' ELSE 'taken back by another entry' END, h.amount, 0, TRUE, 'odoo_document', h.document, h.evidence
  FROM hand AS h LEFT JOIN stranger AS s ON s.entity = h.entity AND s.odoo_account = h.odoo_account AND s.root_id = h.root_id
  WHERE s.root_id IS NULL AND NOT EXISTS (SELECT 1 FROM baseless AS b WHERE b.entity = h.entity AND b.odoo_account = h.odoo_account AND b.root_id = h.root_id)
  UNION ALL
  SELECT h.entity, h.odoo_account, h.booked_on, 'written off though nothing was held', 0, - h.amount, f.subject_key IS NOT NULL, 'odoo_document', h.document, h.evidence
  FROM hand AS h JOIN baseless AS b ON b.entity = h.entity AND b.odoo_account = h.odoo_account AND b.root_id = h.root_id LEFT JOIN told_of AS f ON f.subject_kind = 'odoo_document' AND f.subject_key = h.document
  UNION ALL
  SELECT l.entity, l.odoo_account, l.booked_on, 'held by a line of no payout', l.amount, 0, TRUE, 'settlement_line', l.subject_key, NULL FROM loose AS l WHERE l.subject_key IS NOT NULL
  UNION ALL
  SELECT h.entity, h.odoo_account, h.booked_on, 'put there by no payout', 0, - h.amount, f.subject_key IS NOT NULL OR NOT c.is_cutover AND h.booked_on < c.begins_on + 14, 'odoo_document', h.document, h.evidence
  FROM hand AS h JOIN stranger AS s ON s.entity = h.entity AND s.odoo_account = h.odoo_account AND s.root_id = h.root_id AND s.is_strange JOIN scope AS c ON c.entity = h.entity AND c.odoo_account = h.odoo_account LEFT JOIN told_of AS f ON f.subject_kind = 'odoo_document' AND f.subject_key = h.document
  UNION ALL
  SELECT entity, odoo_account, as_of, 'all sides end here', 0, 0, TRUE, NULL, NULL, NULL FROM scope
)
SELECT f.entity, f.odoo_account AS account, s.currency, f.booked_on, f.reason, CAST(f.movement AS DECIMAL(18,4)) AS movement, CAST(f.difference AS DECIMAL(18,4)) AS difference, f.is_named, f.subject_kind, f.subject_key, f.evidence
FROM found AS f JOIN scope AS s ON s.entity = f.entity AND s.odoo_account = f.odoo_account
