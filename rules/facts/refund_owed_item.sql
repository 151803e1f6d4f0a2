/*
title = "What customers are owed for refunds that failed, and what of it Odoo has otherwise"
kind = "fact"
why = "Refunds that failed and those that paid them again, as `movement`, against Odoo's account of the role `refunds_payable`, with `difference` for what stands there beside them. An entry is known by its amount, each once; what is only not booked yet is no difference, and neither are entries that take each other back. An opening position of the cut-over opens it; without a cut-over a debit may pay what failed before these books."
reads = ["refund_scope", "refund_change", "odoo_journal_item_current", "odoo_move_current", "opening_fact", "finding"]
*/
WITH scope AS (
  SELECT DISTINCT entity, odoo_account, currency, begins_on, as_of FROM refund_scope
), opened AS (
  SELECT r.entity, r.odoo_account, o.amount, concat(o.file_id, ':', o.row_no) AS evidence, row_number() OVER (PARTITION BY r.entity, r.odoo_account, o.amount ORDER BY o.account, o.reference) AS place
  FROM refund_scope AS r JOIN opening_fact AS o ON o.entity = r.entity AND o.account = r.account AND o.currency = r.currency AND o.kind = 'refunds_payable'
), owed AS (
  SELECT h.entity, h.odoo_account, c.account, c.line_id, c.booked_on, c.amount, c.reason, c.evidence, row_number() OVER (PARTITION BY h.entity, h.odoo_account, c.amount ORDER BY c.booked_on, c.account, c.line_id) AS place
  FROM refund_scope AS h JOIN refund_change AS c ON c.account = h.account AND c.currency = h.currency AND c.booked_on BETWEEN h.begins_on AND h.as_of
), entry AS (
  SELECT s.entity, s.odoo_account, coalesce(m.reversed_id, i.move_odoo_id) AS root_id, min(concat(i.company, '/', i.move_name)) AS document, min(i.booked_on) AS booked_on, sum(i.credit - i.debit) AS amount, min(concat(i.file_id, ':', i.row_no)) AS evidence
  FROM scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted' AND i.currency = s.currency AND i.booked_on BETWEEN s.begins_on AND s.as_of
  LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id GROUP BY s.entity, s.odoo_account, coalesce(m.reversed_id, i.move_odoo_id) HAVING sum(i.credit - i.debit) <> 0
), ranked AS (
  SELECT entity, odoo_account, root_id, document, booked_on, amount, evidence, row_number() OVER (PARTITION BY entity, odoo_account, amount ORDER BY booked_on, length(root_id), root_id) AS place FROM entry
), loose AS (
  SELECT r.entity, r.odoo_account, r.root_id, r.document, r.booked_on, r.amount, r.evidence, row_number() OVER (PARTITION BY r.entity, r.odoo_account, r.amount ORDER BY r.place) AS place
  FROM ranked AS r LEFT JOIN owed AS o ON o.entity = r.entity AND o.odoo_account = r.odoo_account AND o.amount = r.amount AND o.place = r.place WHERE o.line_id IS NULL
), drawn AS (
  -- paid out of what the cut-over found owed
  SELECT l.entity, l.odoo_account, l.root_id FROM loose AS l JOIN opened AS o ON o.entity = l.entity AND o.odoo_account = l.odoo_account AND o.amount = - l.amount AND o.place = l.place
), found AS (
  SELECT entity, odoo_account AS account, CAST(NULL AS DATE) AS booked_on, 'opening position' AS reason, amount AS movement, CAST(0 AS DECIMAL(38,4)) AS difference, TRUE AS is_named, CAST(NULL AS VARCHAR) AS subject_kind, CAST(NULL AS VARCHAR) AS subject_key, evidence FROM opened
  UNION ALL
  SELECT entity, odoo_account, booked_on, reason, amount, 0, TRUE, 'settlement_line', concat(account, '/', line_id), evidence FROM owed
  UNION ALL
  SELECT l.entity, l.odoo_account, l.booked_on, CASE WHEN d.root_id IS NULL THEN 'of no refund that failed' ELSE 'paid out of the opening position' END, CASE WHEN d.root_id IS NULL THEN 0 ELSE l.amount END, CASE WHEN d.root_id IS NULL THEN - l.amount ELSE 0 END,
    d.root_id IS NOT NULL OR f.subject_key IS NOT NULL OR l.amount < 0 AND c.begins_on = DATE '0001-01-01', 'odoo_document', l.document, l.evidence
  FROM loose AS l JOIN scope AS c ON c.entity = l.entity AND c.odoo_account = l.odoo_account LEFT JOIN loose AS o ON o.entity = l.entity AND o.odoo_account = l.odoo_account AND o.amount = - l.amount AND o.place = l.place
  LEFT JOIN drawn AS d ON d.entity = l.entity AND d.odoo_account = l.odoo_account AND d.root_id = l.root_id
  LEFT JOIN (SELECT DISTINCT subject_key FROM finding WHERE subject_kind = 'odoo_document') AS f ON f.subject_key = l.document WHERE o.root_id IS NULL
  UNION ALL
  SELECT entity, odoo_account, as_of, 'all sides end here', 0, 0, TRUE, NULL, NULL, NULL FROM scope
)
SELECT f.entity, f.account, s.currency, f.booked_on, f.reason, CAST(f.movement AS DECIMAL(18,4)) AS movement, CAST(f.difference AS DECIMAL(18,4)) AS difference, f.is_named, f.subject_kind, f.subject_key, f.evidence
FROM found AS f JOIN scope AS s ON s.entity = f.entity AND s.odoo_account = f.account
