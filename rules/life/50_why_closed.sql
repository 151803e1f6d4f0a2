/*
title = "Why an exception is no longer found"
kind = "life"
why = "The row that came since the last run that judged, about its subject or on its account, in a table that its rule reads; for a missing mapping the approved row; for a refused file, a pair that a person confirmed or undid, and what an opening position explains, the decision. And whether its rule or a mapping under it changed meanwhile."
reads = ["bank_line", "bank_statement", "carrier_invoice_line", "claimed", "dead_letter", "decision", "dispute", "file", "finding", "fulfillment", "gift_card", "invoice_fact", "journal_entry", "line_fact", "map_bank_account", "mapping", "mapping_event", "mapping_table", "mapping_version", "match_bank_line", "match_decision", "odoo_journal_item", "odoo_move", "odoo_payment", "odoo_sale_order", "odoo_statement_line", "opening_use", "order_return", "order_transaction", "payout", "payout_fact", "posting_acknowledgement", "refused_file", "rule_read", "rule_run", "rule_version", "run", "run_mapping", "sale_order_of", "sales_order", "sales_report_day", "settlement_line", "shipment", "tax_transaction", "vanished"]
makes = ["last_run", "new_file", "touched", "removal"]
*/
CREATE OR REPLACE TABLE fact.last_run AS SELECT run_id, seq FROM run WHERE run_id IN (SELECT run_id FROM rule_run) QUALIFY row_number() OVER (ORDER BY rowid DESC) = 1;
CREATE OR REPLACE TABLE fact.new_file AS
SELECT DISTINCT f.file_id, f.feed FROM file AS f WHERE f.state <> 'duplicate' AND EXISTS (SELECT 1 FROM fact.vanished) AND NOT EXISTS (SELECT 1 FROM rule_run AS r WHERE r.run_id = f.run_id);
CREATE OR REPLACE TABLE fact.touched AS
WITH line AS (
  SELECT v.exception_id, l.account, l.line_id, l.store, l.order_name, l.entity
  FROM fact.vanished AS v JOIN fact.line_fact AS l ON v.subject_kind = 'settlement_line' AND concat(l.account, '/', l.line_id) = v.subject_key
), paid AS (
  SELECT v.exception_id, p.account, p.payout_id, p.payout_key, p.entity
  FROM fact.vanished AS v JOIN fact.payout_fact AS p ON v.subject_kind = 'payout' AND concat(p.account, '/', p.payout_id) = v.subject_key
  UNION
  SELECT v.exception_id, m.account, m.payout_id, p.payout_key, m.entity
  FROM fact.vanished AS v JOIN fact.match_bank_line AS m ON v.subject_kind = 'bank_line' AND m.right_key = v.subject_key
  JOIN fact.payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id
), document AS (
  SELECT v.exception_id, m.entity, m.odoo_id, m.name
  FROM fact.vanished AS v JOIN odoo_move AS m ON v.subject_kind = 'odoo_document' AND m.entity = v.entity AND concat(m.company, '/', m.name) = v.subject_key
), bought AS (
  SELECT exception_id, entity, store, substr(subject_key, length(store) + 2) AS order_name FROM fact.vanished WHERE subject_kind = 'order'
  UNION
  SELECT exception_id, entity, store, regexp_replace(substr(subject_key, length(store) + 2), '/[^/]*$', '') FROM fact.vanished WHERE subject_kind IN ('order_transaction', 'refund')
  UNION
  SELECT exception_id, entity, store, order_name FROM line WHERE order_name IS NOT NULL
  UNION
  SELECT d.exception_id, i.entity, i.store, i.order_name FROM document AS d JOIN fact.invoice_fact AS i ON i.entity = d.entity AND i.odoo_id = d.odoo_id WHERE i.order_name IS NOT NULL
), sold AS (
  SELECT b.exception_id, s.entity, s.name, s.file_id, s.row_no
  FROM bought AS b JOIN odoo_sale_order AS s ON s.entity = b.entity AND coalesce(s.client_order_ref, s.origin) = b.order_name
  UNION
  SELECT b.exception_id, s.entity, s.name, s.file_id, s.row_no
  FROM bought AS b JOIN fact.sale_order_of AS f ON f.store = b.store AND f.order_name = b.order_name JOIN odoo_sale_order AS s ON s.entity = f.entity AND s.odoo_id = f.odoo_id
), written AS (
  -- Odoo's entries of the order, of its invoices and of the payout
  SELECT b.exception_id, m.entity, m.odoo_id FROM bought AS b JOIN odoo_move AS m ON m.entity = b.entity AND m.ref = b.order_name
  UNION
  SELECT b.exception_id, i.entity, i.odoo_id FROM bought AS b JOIN fact.invoice_fact AS i ON i.store = b.store AND i.order_name = b.order_name
  UNION
  SELECT p.exception_id, m.entity, m.odoo_id FROM paid AS p JOIN odoo_move AS m ON m.entity = p.entity AND (m.ref = p.payout_id OR starts_with(m.ref, concat(p.payout_id, ' / ')))
)
SELECT b.exception_id, 'sales_order' AS source, o.file_id, o.row_no FROM bought AS b JOIN sales_order AS o ON o.store = b.store AND o.order_name = b.order_name
UNION ALL SELECT b.exception_id, 'order_transaction', t.file_id, t.row_no FROM bought AS b JOIN order_transaction AS t ON t.store = b.store AND t.order_name = b.order_name
UNION ALL SELECT b.exception_id, 'settlement_line', l.file_id, l.row_no FROM bought AS b JOIN fact.line_fact AS l ON l.store = b.store AND l.order_name = b.order_name
UNION ALL SELECT x.exception_id, 'settlement_line', l.file_id, l.row_no FROM line AS x JOIN settlement_line AS l ON l.account = x.account AND l.line_id = x.line_id
UNION ALL SELECT p.exception_id, 'settlement_line', l.file_id, l.row_no FROM paid AS p JOIN settlement_line AS l ON l.account = p.account AND l.payout_id = p.payout_id
UNION ALL SELECT p.exception_id, 'settlement_line', l.file_id, l.row_no FROM paid AS p JOIN fact.line_fact AS l ON l.account = p.account AND l.payout_id = p.payout_id
UNION ALL SELECT p.exception_id, 'payout', o.file_id, o.row_no FROM paid AS p JOIN payout AS o ON o.account = p.account AND (o.payout_id = p.payout_id OR o.payout_key = p.payout_key)
UNION ALL SELECT p.exception_id, 'bank_line', m.file_id, m.row_no FROM paid AS p JOIN fact.match_bank_line AS m ON m.account = p.account AND m.payout_id = p.payout_id
UNION ALL SELECT v.exception_id, 'bank_line', b.file_id, b.row_no FROM fact.vanished AS v JOIN bank_line AS b ON v.subject_kind = 'bank_line' AND concat(b.bank_account, '/', b.bank_reference) = v.subject_key
UNION ALL SELECT v.exception_id, 'bank_statement', s.file_id, s.row_no
  FROM fact.vanished AS v JOIN bank_statement AS s ON v.subject_kind = 'bank_line' AND s.bank_account = split_part(v.subject_key, '/', 1)
UNION ALL SELECT exception_id, 'odoo_sale_order', file_id, row_no FROM sold
UNION ALL SELECT s.exception_id, 'odoo_move', m.file_id, m.row_no FROM sold AS s JOIN odoo_move AS m ON m.entity = s.entity AND m.invoice_origin = s.name
UNION ALL SELECT b.exception_id, 'odoo_move', m.file_id, m.row_no FROM bought AS b JOIN odoo_move AS m ON m.entity = b.entity AND m.ref = b.order_name
UNION ALL SELECT b.exception_id, 'odoo_move', i.file_id, i.row_no FROM bought AS b JOIN fact.invoice_fact AS i ON i.store = b.store AND i.order_name = b.order_name
UNION ALL SELECT d.exception_id, 'odoo_move', m.file_id, m.row_no FROM document AS d JOIN odoo_move AS m ON m.entity = d.entity AND (m.odoo_id = d.odoo_id OR m.reversed_id = d.odoo_id)
UNION ALL SELECT d.exception_id, 'odoo_journal_item', i.file_id, i.row_no FROM document AS d JOIN odoo_journal_item AS i ON i.entity = d.entity AND i.move_odoo_id = d.odoo_id
UNION ALL SELECT v.exception_id, 'odoo_sale_order', s.file_id, s.row_no
  FROM fact.vanished AS v JOIN odoo_sale_order AS s ON v.subject_kind = 'odoo_document' AND s.entity = v.entity AND concat(s.company, '/', s.name) = v.subject_key
UNION ALL SELECT p.exception_id, 'odoo_move', m.file_id, m.row_no FROM paid AS p JOIN odoo_move AS m ON m.entity = p.entity AND (m.ref = p.payout_id OR starts_with(m.ref, concat(p.payout_id, ' / ')))
UNION ALL SELECT v.exception_id, 'posting_acknowledgement', a.file_id, a.row_no
  FROM fact.vanished AS v JOIN journal_entry AS j ON v.subject_kind = 'payout' AND j.subject_key = v.subject_key JOIN posting_acknowledgement AS a ON a.entity = j.entity AND a.entry_id = j.entry_id
UNION ALL SELECT d.exception_id, 'odoo_payment', m.file_id, m.row_no FROM written AS d JOIN odoo_payment AS m ON m.entity = d.entity AND m.move_odoo_id = d.odoo_id
UNION ALL SELECT d.exception_id, 'odoo_journal_item', m.file_id, m.row_no FROM written AS d JOIN odoo_journal_item AS m ON m.entity = d.entity AND m.move_odoo_id = d.odoo_id
UNION ALL SELECT b.exception_id, 'fulfillment', f.file_id, f.row_no FROM bought AS b JOIN fulfillment AS f ON f.store = b.store AND f.order_name = b.order_name
UNION ALL SELECT b.exception_id, 'order_return', r.file_id, r.row_no FROM bought AS b JOIN order_return AS r ON r.store = b.store AND r.order_name = b.order_name
UNION ALL SELECT b.exception_id, 'shipment', m.file_id, m.row_no FROM bought AS b JOIN shipment AS m ON m.order_name = b.order_name AND m.place IN (b.store, b.entity)
UNION ALL SELECT b.exception_id, 'gift_card', g.file_id, g.row_no FROM bought AS b JOIN gift_card AS g ON g.store = b.store AND g.order_name = b.order_name
UNION ALL SELECT b.exception_id, 'carrier_invoice_line', c.file_id, c.row_no FROM bought AS b JOIN carrier_invoice_line AS c ON c.order_name = b.order_name AND c.place IN (b.store, b.entity)
UNION ALL SELECT b.exception_id, 'carrier_invoice_line', c.file_id, c.row_no
  FROM bought AS b JOIN fulfillment AS f ON f.store = b.store AND f.order_name = b.order_name JOIN carrier_invoice_line AS c ON c.tracking_no = f.tracking_no AND c.place IN (b.store, b.entity)
UNION ALL SELECT b.exception_id, 'carrier_invoice_line', c.file_id, c.row_no
  FROM bought AS b JOIN shipment AS m ON m.order_name = b.order_name AND m.place IN (b.store, b.entity) JOIN carrier_invoice_line AS c ON c.tracking_no = m.tracking_no AND c.place IN (b.store, b.entity)
UNION ALL SELECT v.exception_id, 'bank_line', b.file_id, b.row_no
  FROM fact.vanished AS v JOIN fact.rule_read AS r ON v.subject_kind = 'order_transaction' AND r.rule = v.rule AND r.code = v.code AND r.subject_kind = v.subject_kind AND r.reads = 'bank_line_current' AND r.depth = 1
  JOIN fact.map_bank_account AS a ON a.entity = v.entity JOIN bank_line AS b ON b.bank_account = a.bank_account AND b.processor IS NULL AND b.amount > 0
UNION ALL SELECT v.exception_id, 'odoo_statement_line', o.file_id, o.row_no
  FROM fact.vanished AS v JOIN bank_line AS b ON v.subject_kind = 'bank_line' AND concat(b.bank_account, '/', b.bank_reference) = v.subject_key JOIN odoo_statement_line AS o ON o.entity = v.entity AND o.amount = b.amount
UNION ALL SELECT v.exception_id, 'dispute', d.file_id, d.row_no FROM fact.vanished AS v JOIN dispute AS d ON v.subject_kind = 'dispute' AND concat(d.account, '/', d.dispute_id) = v.subject_key
UNION ALL SELECT x.exception_id, 'dispute', d.file_id, d.row_no FROM line AS x JOIN dispute AS d ON d.account = x.account AND d.order_name = x.order_name
UNION ALL SELECT v.exception_id, 'settlement_line', l.file_id, l.row_no
  FROM fact.vanished AS v JOIN dispute AS d ON v.subject_kind = 'dispute' AND concat(d.account, '/', d.dispute_id) = v.subject_key JOIN settlement_line AS l ON l.account = d.account AND l.order_name = d.order_name
UNION ALL SELECT v.exception_id, 'settlement_line', l.file_id, l.row_no
  FROM fact.vanished AS v JOIN settlement_line AS l ON (v.subject_kind = 'account_balance' AND l.account = split_part(v.subject_key, '/', 3)) OR (v.subject_kind = 'pos_closing' AND l.account = split_part(v.subject_key, '/', 1))
UNION ALL SELECT v.exception_id, 'odoo_journal_item', i.file_id, i.row_no
  FROM fact.vanished AS v JOIN odoo_journal_item AS i ON (v.subject_kind IN ('account_balance', 'dispute') AND i.entity = v.entity) OR (v.subject_kind = 'entity_pair' AND i.entity IN (split_part(v.subject_key, '/', 1), split_part(v.subject_key, '/', 2)))
UNION ALL SELECT v.exception_id, 'gift_card', g.file_id, g.row_no FROM fact.vanished AS v JOIN gift_card AS g ON v.subject_kind = 'gift_card' AND concat(g.store, '/', g.card_id) = v.subject_key
UNION ALL SELECT v.exception_id, 'sales_report_day', d.file_id, d.row_no FROM fact.vanished AS v JOIN sales_report_day AS d ON v.subject_kind = 'store_day' AND concat(d.store, '/', CAST(d.sold_on AS VARCHAR)) = v.subject_key
UNION ALL SELECT v.exception_id, 'tax_transaction', t.file_id, t.row_no FROM fact.vanished AS v JOIN tax_transaction AS t ON v.subject_kind = 'tax_transaction' AND concat(t.place, '/', t.document_type, '/', t.code) = v.subject_key
UNION ALL SELECT v.exception_id, 'file', n.file_id, 1 FROM fact.vanished AS v JOIN fact.new_file AS n ON v.subject_kind = 'feed' AND n.feed = v.subject_key;
CREATE OR REPLACE TABLE fact.removal AS
WITH rules AS (
  SELECT v.exception_id, r.name, r.cure, r.reads, r.depth
  FROM fact.vanished AS v JOIN fact.rule_read AS r ON r.rule = v.rule AND r.code = v.code AND r.subject_kind = v.subject_kind
), row_named AS (
  SELECT DISTINCT t.exception_id, t.source, t.file_id, t.row_no, k.depth
  FROM fact.touched AS t SEMI JOIN fact.new_file AS n ON n.file_id = t.file_id
  JOIN (SELECT exception_id, replace(reads, '_current', '') AS source, min(depth) AS depth FROM rules GROUP BY 1, 2) AS k ON k.exception_id = t.exception_id AND k.source = t.source
  QUALIFY row_number() OVER (PARTITION BY t.exception_id ORDER BY k.depth, t.source, t.file_id, t.row_no) <= 5
), approved AS (
  SELECT DISTINCT e.file, e.proposal_id, e.actor, u.proposal_id AS before
  FROM mapping_event AS e
  JOIN (SELECT DISTINCT file, proposal_id FROM fact.mapping_version) AS n ON n.proposal_id = e.proposal_id AND n.file = e.file
  CROSS JOIN fact.last_run AS l LEFT JOIN run_mapping AS u ON u.run_id = l.run_id AND u.file = e.file
  WHERE e.action = 'approved' AND e.row_key IS NULL AND u.proposal_id IS DISTINCT FROM e.proposal_id
), changed_row AS (
  SELECT a.file, m.cells FROM approved AS a JOIN mapping AS m ON m.file = a.file AND m.proposal_id IN (a.proposal_id, a.before) GROUP BY a.file, m.row_key, m.cells, m.valid_from, m.valid_to HAVING count(*) = 1
), evidence AS (
  SELECT exception_id, min_by(concat(source, ' ', file_id, ':', row_no), (depth, source, file_id, row_no)) AS reason, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY depth, source, file_id, row_no) AS evidence
  FROM row_named GROUP BY exception_id
  UNION ALL
  SELECT r.exception_id, min(concat('mapping ', a.file, ', proposal ', a.proposal_id, ' approved by ', a.actor)), '' FROM rules AS r JOIN approved AS a ON a.file = r.cure GROUP BY r.exception_id
  UNION ALL
  -- it belongs to a cause from tonight on, and is found again where that ends and it is still so
  SELECT v.exception_id, concat('what it waits in: ', f.code, ' ', f.subject_key), '' FROM fact.vanished AS v JOIN fact.claimed AS c ON c.exception_id = v.exception_id
  JOIN fact.finding AS f ON left(sha256(concat_ws('|', f.rule, f.code, coalesce(f.entity, ''), f.subject_key)), 24) = c.cause_id
  UNION ALL
  SELECT v.exception_id, concat('file ', min(r.replaced_by), ':1'), min(concat(r.replaced_by, ':1')) FROM fact.vanished AS v JOIN fact.refused_file AS r ON concat(r.feed, '/', r.name) = v.subject_key AND r.replaced_by IS NOT NULL
  WHERE v.exception_id IN (SELECT exception_id FROM rules WHERE cure = 'dead_letter') GROUP BY v.exception_id
  UNION ALL
  SELECT v.exception_id, concat('decision: the file was ', max_by(d.state, d.known_at)), '' FROM fact.vanished AS v JOIN dead_letter AS d ON concat(d.feed, '/', d.name) = v.subject_key AND d.state <> 'waiting'
  WHERE v.exception_id IN (SELECT exception_id FROM rules WHERE cure = 'dead_letter') GROUP BY v.exception_id
  UNION ALL
  SELECT v.exception_id, min(concat('decision ', d.decision_id, ': the match was ', d.action, ' by ', d.actor)), ''
  FROM fact.vanished AS v JOIN match_decision AS d ON v.subject_key IN (d.left_key, d.right_key) AND d."at" >= (SELECT max(started_at) FROM run) GROUP BY v.exception_id
  UNION ALL
  SELECT v.exception_id, min(concat('decision ', d.decision_id, ': the opening position was approved by ', d.actor)), ''
  FROM fact.vanished AS v JOIN fact.opening_use AS u ON u.subject_kind = v.subject_kind AND u.subject_key = v.subject_key
  JOIN decision AS d ON d.kind = 'opening' AND d.action = 'approved' AND d.subject_key = u.file_id GROUP BY v.exception_id
), altered AS (
  SELECT r.exception_id, concat('rule ', min(x.name), ' changed') AS why
  FROM (SELECT exception_id, reads AS name FROM rules UNION SELECT exception_id, name FROM rules) AS r
  JOIN fact.rule_version AS x ON x.name = r.name
  JOIN rule_run AS o ON o.name = x.name AND o.rule_sha256 <> x.sha256 JOIN fact.last_run AS l ON l.run_id = o.run_id
  GROUP BY r.exception_id
  UNION ALL
  SELECT r.exception_id, concat('mapping ', min(c.file), ' changed')
  FROM rules AS r JOIN fact.vanished AS v ON v.exception_id = r.exception_id
  JOIN fact.mapping_table AS t ON t.name = r.reads AND t.file <> r.cure
  JOIN changed_row AS c ON c.file = t.file AND CASE
      WHEN t.file = 'tolerances' THEN c.cells->>'rule' = v.rule AND coalesce(nullif(c.cells->>'entity', ''), v.entity) IS NOT DISTINCT FROM v.entity
      WHEN t.file = 'calendars' THEN c.cells->>'calendar' = v.entity
      WHEN t.file = 'stores' THEN c.cells->>'store' = v.store
      WHEN t.file = 'bank_accounts' THEN c.cells->>'bank_account' = split_part(v.subject_key, '/', 1)
      WHEN t.file = 'gateways' THEN c.cells->>'store' = v.store OR c.cells->>'account' = split_part(v.subject_key, '/', 1)
      WHEN t.file IN ('processor_accounts', 'fee_schedules') THEN c.cells->>'account' = split_part(v.subject_key, '/', 1) OR v.subject_kind NOT IN ('settlement_line', 'payout')
      ELSE c.cells->>'entity' = v.entity END
  GROUP BY r.exception_id
)
SELECT v.exception_id, e.reason, e.evidence, a.why,
  v.severity IN ('block', 'high') AND (e.reason IS NULL OR a.why IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM fact.claimed AS c WHERE c.exception_id = v.exception_id) AND NOT EXISTS (SELECT 1 FROM rules AS r WHERE r.exception_id = v.exception_id AND r.cure = 'run') AS doubtful,
  EXISTS (SELECT 1 FROM rules AS r WHERE r.exception_id = v.exception_id AND r.cure = 'run') AS passing
FROM fact.vanished AS v
LEFT JOIN (SELECT exception_id, min(reason) AS reason, max(evidence) AS evidence FROM evidence GROUP BY exception_id) AS e ON e.exception_id = v.exception_id
LEFT JOIN (SELECT exception_id, min(why) AS why FROM altered GROUP BY exception_id) AS a ON a.exception_id = v.exception_id;
