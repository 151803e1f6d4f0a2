/*
title = "What moves the liability for each tax, and what of it Odoo has otherwise"
kind = "fact"
why = "Taxes of invoices and credit notes as their lines state them, with what the order says where it says otherwise by more than the rounding of T-01, and what was taken from the account without a tax (remittances, corrections). `movement` is what should stand there; `difference` what Odoo's account of the role `tax` lacks of it, or has beside it: a tax that was booked to another account, a credit that no tax made. An entry of the day on which taxes begin, or before, opens the account; one that another takes back, or that fills a balance below zero, is none. A tax most of whose lines stand on accounts of no such role is not compared. Under its authority of taxes.csv, else under its name; what carries no tax under the qualifier of its account, else the account's number."
reads = ["map_entity", "map_account", "map_tax", "watermark_fact", "cutover", "opening_fact", "odoo_journal_item_current", "odoo_move_current", "invoice_fact", "invoice_taken_back", "order_invoice", "order_fact", "sales_order_tax_current", "sales_order_line_current", "facilitator_tax", "correcting_note", "allowance", "finding"]
*/
WITH liability AS (
  SELECT a.entity, a.odoo_account, coalesce(min(a.qualifier), a.odoo_account) AS label FROM map_account AS a
  WHERE a.role = 'tax' AND NOT EXISTS (SELECT 1 FROM map_account AS o WHERE o.entity = a.entity AND o.odoo_account = a.odoo_account AND o.role <> 'tax') GROUP BY a.entity, a.odoo_account
), scope AS (
  SELECT b.entity, b.currency, coalesce(c.cutover_on, DATE '0001-01-01') AS begins_on, least(i.complete_until, m.complete_until) AS as_of, i.known_at
  FROM (SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity HAVING min(base_currency) = max(base_currency)) AS b
  JOIN (SELECT DISTINCT entity FROM liability) AS l ON l.entity = b.entity
  JOIN watermark_fact AS i ON i.source = 'odoo_journal_item' AND i.owner_key = b.entity JOIN watermark_fact AS m ON m.source = 'odoo_move' AND m.owner_key = b.entity
  LEFT JOIN cutover AS c ON c.entity = b.entity
), item AS (
  SELECT s.entity, i.move_odoo_id, concat(i.company, '/', i.move_name) AS document, i.booked_on, i.tax_name, i.display_type, i.ref, i.credit - i.debit AS amount, l.odoo_account IS NOT NULL AS is_held, l.label, concat(i.file_id, ':', i.row_no) AS evidence
  FROM scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.parent_state = 'posted' AND i.booked_on BETWEEN s.begins_on AND s.as_of
  LEFT JOIN liability AS l ON l.entity = i.entity AND l.odoo_account = i.account_code
  WHERE (i.tax_name IS NOT NULL OR l.odoo_account IS NOT NULL) AND i.debit <> i.credit
), known AS (
  SELECT entity, odoo_tax, CASE WHEN min(coalesce(jurisdiction, '')) = max(coalesce(jurisdiction, '')) THEN nullif(min(jurisdiction), '') END AS jurisdiction FROM map_tax GROUP BY entity, odoo_tax
), taxed AS (
  SELECT i.entity, i.tax_name, coalesce(min(k.jurisdiction), i.tax_name) AS label, min(k.odoo_tax) IS NOT NULL AS is_known, min(i.booked_on) AS first_on
  FROM item AS i LEFT JOIN known AS k ON k.entity = i.entity AND k.odoo_tax = i.tax_name WHERE i.tax_name IS NOT NULL
  GROUP BY i.entity, i.tax_name HAVING count(*) FILTER (WHERE i.is_held) * 2 >= count(*)
), booked AS (
  SELECT v.store, v.order_name, i.entity, i.tax_name, sum(i.amount) AS amount
  FROM item AS i JOIN invoice_fact AS v ON v.entity = i.entity AND v.odoo_id = i.move_odoo_id
  WHERE i.tax_name IS NOT NULL AND (v.move_type <> 'out_refund' OR EXISTS (SELECT 1 FROM correcting_note AS c WHERE c.entity = v.entity AND c.odoo_id = v.odoo_id)) AND v.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = v.entity AND t.invoice_id = v.odoo_id)
  GROUP BY v.store, v.order_name, i.entity, i.tax_name
), told AS (
  SELECT o.entity, t.store, t.order_name, m.odoo_tax AS tax_name, t.amount, o.taxes
  FROM sales_order_tax_current AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN scope AS s ON s.entity = o.entity AND s.currency = o.currency
  LEFT JOIN map_tax AS m ON m.entity = o.entity AND m.source_tax = t.tax_name AND o.created_on BETWEEN m.valid_from AND m.valid_to
  WHERE NOT o.is_void AND (o.changed_at IS NULL OR o.changed_at <= s.known_at)
), whole AS (
  -- every tax of the order is known and compared, and so is every one of its invoices
  SELECT t.store, t.order_name FROM told AS t LEFT JOIN taxed AS k ON k.entity = t.entity AND k.tax_name = t.tax_name
  WHERE NOT EXISTS (SELECT 1 FROM facilitator_tax AS f WHERE f.store = t.store AND f.order_name = t.order_name) AND NOT EXISTS (SELECT 1 FROM invoice_fact AS v WHERE v.store = t.store AND v.order_name = t.order_name AND v.is_shared) AND NOT EXISTS (
    SELECT 1 FROM booked AS b LEFT JOIN taxed AS n ON n.entity = b.entity AND n.tax_name = b.tax_name AND n.is_known WHERE b.store = t.store AND b.order_name = t.order_name AND n.tax_name IS NULL)
  GROUP BY t.store, t.order_name HAVING count(*) = count(k.tax_name) AND sum(t.amount) = max(t.taxes)
), delta AS (
  SELECT d.entity, d.store, d.order_name, k.label, sum(d.amount) AS amount
  FROM (SELECT entity, store, order_name, tax_name, amount FROM told UNION ALL SELECT entity, store, order_name, tax_name, - amount FROM booked) AS d
  JOIN whole AS w ON w.store = d.store AND w.order_name = d.order_name JOIN taxed AS k ON k.entity = d.entity AND k.tax_name = d.tax_name
  GROUP BY d.entity, d.store, d.order_name, k.label HAVING sum(d.amount) <> 0
), differing AS (
  SELECT DISTINCT store, order_name FROM delta
), lines AS (
  SELECT l.store, l.order_name, count(*) AS lines FROM differing AS d JOIN sales_order_line_current AS l ON l.store = d.store AND l.order_name = d.order_name WHERE NOT l.is_tip GROUP BY l.store, l.order_name
), told_of AS (
  SELECT DISTINCT subject_kind, subject_key FROM finding WHERE subject_kind IN ('order', 'odoo_document')
), otherwise AS (
  SELECT d.entity, d.label, v.invoiced_on AS booked_on, d.amount, concat(d.store, '/', d.order_name) AS subject_key, concat(v.file_id, ':', v.row_no) AS evidence
  FROM delta AS d JOIN order_fact AS o ON o.store = d.store AND o.order_name = d.order_name
  JOIN order_invoice AS v ON v.store = d.store AND v.order_name = d.order_name
  JOIN scope AS s ON s.entity = d.entity AND v.invoiced_on BETWEEN s.begins_on AND s.as_of
  LEFT JOIN lines AS l ON l.store = d.store AND l.order_name = d.order_name
  LEFT JOIN allowance AS u ON u.rule = 'T-01' AND u.name = 'per_line' AND u.entity = d.entity AND u.currency = o.currency
  WHERE abs(v.total - o.total) <= coalesce(u.amount, 0) * coalesce(l.lines, 1) AND abs(d.amount) > coalesce(u.amount, 0) * coalesce(l.lines, 1)
), begun AS (
  SELECT entity, min(first_on) AS first_on FROM taxed GROUP BY entity
), hand AS (
  SELECT i.entity, coalesce(m.reversed_id, i.move_odoo_id) AS root_id, i.label, min(i.document) AS document, min(i.booked_on) AS booked_on, min(i.ref) AS ref, sum(i.amount) AS amount, min(i.evidence) AS evidence
  FROM item AS i JOIN begun AS b ON b.entity = i.entity LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  WHERE i.is_held AND i.tax_name IS NULL AND i.display_type IS DISTINCT FROM 'tax' GROUP BY i.entity, coalesce(m.reversed_id, i.move_odoo_id), i.label HAVING sum(i.amount) <> 0
), root AS (
  SELECT h.entity, h.root_id, sum(h.amount) AS amount, min(h.booked_on) AS booked_on, min(h.document) AS document FROM hand AS h GROUP BY h.entity, h.root_id
), ranked AS (
  SELECT entity, root_id, amount, booked_on, row_number() OVER (PARTITION BY entity, amount ORDER BY booked_on, length(root_id), root_id) AS place FROM root
), held AS (
  SELECT d.entity, d.booked_on, sum(d.amount) OVER (PARTITION BY d.entity ORDER BY d.booked_on) AS balance FROM (SELECT entity, booked_on, sum(amount) AS amount FROM item WHERE is_held GROUP BY entity, booked_on) AS d
), credited AS (
  -- more on the account than before, by no tax, and taken back by nothing; what only fills a balance below zero is what the authority paid back
  SELECT r.entity, r.root_id FROM ranked AS r JOIN begun AS b ON b.entity = r.entity AND r.booked_on > b.first_on LEFT JOIN ranked AS o ON o.entity = r.entity AND o.amount = - r.amount AND o.place = r.place
  JOIN held AS h ON h.entity = r.entity AND h.booked_on = r.booked_on
  WHERE r.amount > 0 AND o.root_id IS NULL AND h.balance > 0
), named AS (
  SELECT h.entity, h.root_id FROM hand AS h JOIN told_of AS f ON f.subject_kind = 'odoo_document' AND f.subject_key = h.document
  UNION
  SELECT v.entity, v.odoo_id FROM invoice_fact AS v JOIN told_of AS f ON f.subject_kind = 'order' AND f.subject_key = concat(v.store, '/', v.order_name)
  UNION
  SELECT h.entity, h.root_id FROM hand AS h JOIN order_fact AS o ON o.entity = h.entity AND o.order_name IN (h.ref, regexp_extract(coalesce(h.ref, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2))
  JOIN told_of AS f ON f.subject_kind = 'order' AND f.subject_key = concat(o.store, '/', o.order_name)
), found AS (
  SELECT i.entity, k.label AS account, max(i.booked_on) AS booked_on, 'taxes of documents' AS reason, sum(i.amount) AS movement, CAST(0 AS DECIMAL(38,4)) AS difference, TRUE AS is_named, NULL AS subject_kind, NULL AS subject_key, NULL AS evidence
  FROM item AS i JOIN taxed AS k ON k.entity = i.entity AND k.tax_name = i.tax_name GROUP BY i.entity, k.label, date_trunc('month', i.booked_on)
  UNION ALL
  SELECT i.entity, k.label, i.booked_on, 'booked to another account', 0, i.amount, FALSE, 'odoo_document', i.document, i.evidence
  FROM item AS i JOIN taxed AS k ON k.entity = i.entity AND k.tax_name = i.tax_name WHERE NOT i.is_held
  UNION ALL
  SELECT o.entity, o.label, o.booked_on, 'invoiced otherwise than ordered', o.amount, o.amount, f.subject_key IS NOT NULL, 'order', o.subject_key, o.evidence
  FROM otherwise AS o LEFT JOIN told_of AS f ON f.subject_kind = 'order' AND f.subject_key = o.subject_key
  UNION ALL
  SELECT h.entity, h.label, h.booked_on, CASE WHEN c.root_id IS NOT NULL THEN 'credited without a tax' WHEN h.amount < 0 THEN 'taken without a tax' ELSE 'put there at the start, or paid back' END, CASE WHEN c.root_id IS NULL THEN h.amount ELSE 0 END, CASE WHEN c.root_id IS NULL THEN 0 ELSE - h.amount END,
    c.root_id IS NULL OR EXISTS (SELECT 1 FROM named AS n WHERE n.entity = h.entity AND n.root_id = h.root_id), 'odoo_document', h.document, h.evidence
  FROM hand AS h LEFT JOIN credited AS c ON c.entity = h.entity AND c.root_id = h.root_id
  UNION ALL
  SELECT o.entity, o.reference, NULL, 'opening position', o.amount, 0, TRUE, NULL, NULL, concat(o.file_id, ':', o.row_no) FROM opening_fact AS o JOIN begun AS b ON b.entity = o.entity JOIN scope AS s ON s.entity = o.entity AND s.currency = o.currency WHERE o.kind = 'tax'
)
SELECT s.entity, f.account, s.currency, f.booked_on, f.reason, CAST(f.movement AS DECIMAL(18,4)) AS movement, CAST(f.difference AS DECIMAL(18,4)) AS difference, f.is_named, f.subject_kind, f.subject_key, f.evidence FROM found AS f JOIN scope AS s ON s.entity = f.entity
UNION ALL
SELECT s.entity, a.account, s.currency, s.as_of, 'all sides end here', 0, 0, TRUE, NULL, NULL, NULL FROM scope AS s JOIN (SELECT DISTINCT entity, account FROM found) AS a ON a.entity = s.entity
