/*
title = "The proof of every payout, and where every landed line ended"
kind = "life"
why = "Bank line, buckets, order lines and clearing account held against each other; each line ends in one state, by which completeness sums."
reads = ["balance_roll", "bank_delta", "bank_early", "bank_line_current", "bank_return", "bank_tie", "claimed", "clearing_fact", "clearing_of", "credit_liability", "currency_unit", "cutover", "exception", "exception_dependant", "finding", "journal_entry", "journal_line", "map_account", "match_bank_line", "match_settlement_line", "odoo_journal_item_current", "order_fact", "order_transaction_current", "payout_bucket_fact", "payout_entry", "payout_fact", "payout_of_line", "processor_roll", "refund_fact", "reserve_roll", "returned_payout", "run_context", "settlement_line_current", "tender", "tender_account", "watermark_fact"]
makes = ["payout_bucket", "payout_proof", "clearing_proof", "roll_forward", "refund", "watermark", "line_state"]
*/
DELETE FROM payout_bucket;
INSERT INTO payout_bucket SELECT account, payout_id, bucket, lines, amount, currency FROM fact.payout_bucket_fact ORDER BY account, payout_id, bucket;
DELETE FROM payout_proof;
INSERT INTO payout_proof
WITH overdue AS (
  SELECT subject_key FROM fact.finding AS f CROSS JOIN fact.run_context AS r WHERE f.code = 'PAYOUT_NOT_IN_BANK' AND (f.due_on IS NULL OR f.due_on < r.as_of)
    AND NOT EXISTS (SELECT 1 FROM fact.claimed AS c WHERE c.code = f.code AND c.subject_key = f.subject_key)
), odoo AS (
  SELECT e.account, e.payout_id, e.entry_name, sum(i.debit - i.credit) AS movement
  FROM fact.payout_entry AS e
  LEFT JOIN (
    SELECT entity, qualifier AS account, odoo_account FROM fact.map_account WHERE role = 'clearing' AND qualifier IS NOT NULL UNION SELECT entity, account, odoo_account FROM fact.clearing_of
  ) AS m ON m.entity = e.entity AND m.account = e.account
  LEFT JOIN odoo_journal_item_current AS i ON i.entity = e.entity AND i.move_odoo_id = e.odoo_id AND i.account_code = m.odoo_account
  GROUP BY e.account, e.payout_id, e.entry_name
), cleared AS (
  SELECT entry_id, sum(debit - credit) AS movement FROM journal_line WHERE role = 'clearing' GROUP BY entry_id
), ours AS (
  -- with what takes it back, where a person has reversed it; named is the one that stands, else the last
  SELECT j.subject_key, coalesce(max(j.entry_id) FILTER (WHERE s.entry_id IS NULL), max(j.entry_id)) AS entry_id, coalesce(sum(l.movement), 0) + coalesce(sum(t.movement), 0) AS movement
  FROM journal_entry AS j
  LEFT JOIN journal_entry AS s ON s.kind = 'J-20' AND s.subject_key = j.entry_id
  LEFT JOIN cleared AS l ON l.entry_id = j.entry_id LEFT JOIN cleared AS t ON t.entry_id = s.entry_id
  WHERE j.kind = 'J-02' GROUP BY j.subject_key
), again AS (
  SELECT account, failed_id, string_agg(payout_id, ' and ' ORDER BY payout_id) AS payout_id FROM fact.returned_payout GROUP BY account, failed_id
), back AS (
  SELECT account, payout_id, max(back_on) AS back_on FROM fact.bank_return GROUP BY account, payout_id
), early AS (
  SELECT account, payout_id, min(booked_on) AS booked_on FROM fact.bank_early GROUP BY account, payout_id
), changed AS (
  SELECT account, payout_id, min(bank_currency) AS bank_currency FROM fact.bank_delta WHERE bank_currency <> currency GROUP BY account, payout_id
), judged AS (
  SELECT p.*, concat(p.account, '/', p.payout_id) AS subject_key, m.bank_amount, m.bank_line_key,
    CASE WHEN p.payout_amount IS NULL OR p.is_lineless THEN NULL ELSE p.payout_amount - p.lines_net END AS residual,
    CASE n.decimals WHEN 0 THEN '[.]0000$' WHEN 3 THEN '0$' WHEN 4 THEN '^$' ELSE '00$' END AS beyond -- what the currency's decimals do not have
  FROM fact.payout_fact AS p LEFT JOIN fact.currency_unit AS n ON n.currency = p.currency LEFT JOIN (
    SELECT account, payout_id, sum(right_amount) AS bank_amount, string_agg(right_key, ' + ' ORDER BY right_key) AS bank_line_key FROM fact.match_bank_line GROUP BY account, payout_id) AS m
    ON m.account = p.account AND m.payout_id = p.payout_id
)
SELECT j.account, j.payout_id, coalesce(j.entity, ''), j.currency, j.status, j.paid_on, j.bank_amount, j.payout_amount, j.lines_net, j.residual, j.bank_line_key, j.bank_reference,
  j.order_lines, j.unexplained_lines, coalesce(o.entry_name, u.entry_id) AS entry_ref, coalesce(o.movement, u.movement) AS clearing_movement,
  CASE WHEN j.status IN ('failed', 'canceled') THEN CASE WHEN g.payout_id IS NULL AND r.back_on IS NULL THEN 'broken' ELSE 'returned' END
       WHEN j.status <> 'paid' THEN 'in_transit'
       WHEN j.residual <> 0 OR j.foreign_lines > 0 OR j.unknown_lines > 0 THEN 'broken'
       WHEN v.subject_key IS NOT NULL OR t.payout_id IS NOT NULL THEN 'broken'
       WHEN j.bank_amount IS NULL AND coalesce(j.payout_amount, j.lines_net) <> 0 THEN 'in_transit'
       WHEN j.bank_amount <> coalesce(j.payout_amount, j.lines_net) THEN 'broken'
       WHEN h.payout_id IS NOT NULL OR e.payout_id IS NOT NULL THEN 'broken'
       WHEN j.is_lineless THEN 'unlooked'
       ELSE 'proven' END AS state,
  CASE WHEN j.status IN ('failed', 'canceled') THEN concat('The processor says that the payout is ', j.status, '; the bank sent it back on ' || CAST(r.back_on AS VARCHAR), '; its money went out again with ' || g.payout_id, '.')
       WHEN j.status <> 'paid' THEN concat('The payout is ', j.status, ' for ', CAST(j.paid_on AS VARCHAR), '.')
       WHEN j.residual <> 0 THEN concat('The lines miss ', regexp_replace(CAST(j.residual AS VARCHAR), j.beyond, ''), ' ', j.currency, ' of the payout.')
       WHEN j.foreign_lines > 0 THEN concat(j.foreign_lines, ' of its lines are in another currency.')
       WHEN j.unknown_lines > 0 THEN concat(j.unknown_lines, ' of its lines have a type that nobody has mapped.')
       WHEN v.subject_key IS NOT NULL THEN CASE WHEN r.back_on IS NULL THEN 'The bank has not received it in time.' ELSE concat('The bank sent it back on ', CAST(r.back_on AS VARCHAR), '.') END
       WHEN t.payout_id IS NOT NULL THEN 'Nothing tells its bank line from that of another payout.'
       WHEN j.bank_amount IS NULL AND coalesce(j.payout_amount, j.lines_net) <> 0 THEN 'On its way to the bank.'
       WHEN j.bank_amount <> coalesce(j.payout_amount, j.lines_net) THEN concat('The bank booked ', regexp_replace(CAST(abs(j.bank_amount - coalesce(j.payout_amount, j.lines_net)) AS VARCHAR), j.beyond, ''), ' ', j.currency, CASE WHEN j.bank_amount < coalesce(j.payout_amount, j.lines_net) THEN ' less' ELSE ' more' END, ' than the payout.')
       WHEN h.payout_id IS NOT NULL THEN concat('The bank booked it in ', h.bank_currency, '.')
       WHEN e.payout_id IS NOT NULL THEN concat('The bank booked its line on ', CAST(e.booked_on AS VARCHAR), ', before the payout.')
       WHEN j.bank_amount IS NULL THEN 'Buckets and lines sum to zero: nothing is due at the bank.'
       WHEN j.is_lineless THEN 'The bank received it to the cent; its format does not say which lines it pays, so none was held against it.'
       ELSE 'Bank line, buckets and lines agree to the cent.' END AS why
FROM judged AS j
LEFT JOIN overdue AS v ON v.subject_key = j.subject_key
LEFT JOIN odoo AS o ON o.account = j.account AND o.payout_id = j.payout_id
LEFT JOIN ours AS u ON u.subject_key = j.subject_key
LEFT JOIN again AS g ON g.account = j.account AND g.failed_id = j.payout_id
LEFT JOIN back AS r ON r.account = j.account AND r.payout_id = j.payout_id
LEFT JOIN early AS e ON e.account = j.account AND e.payout_id = j.payout_id
LEFT JOIN changed AS h ON h.account = j.account AND h.payout_id = j.payout_id
LEFT JOIN (SELECT account, payout_id FROM fact.bank_tie WHERE side = 'payout') AS t ON t.account = j.account AND t.payout_id = j.payout_id
ORDER BY j.account, j.payout_id;
DELETE FROM clearing_proof;
INSERT INTO clearing_proof SELECT entity, role, account, currency, ledger_balance, explained, residual, as_of FROM fact.clearing_fact ORDER BY entity, role, account, currency;
DELETE FROM roll_forward;
INSERT INTO roll_forward
SELECT 'processor_balance', entity, account, currency, period, opening, movement, closing, stated, residual FROM fact.processor_roll
UNION ALL
SELECT 'reserve', entity, account, currency, period, opening, movement, closing, stated, residual FROM fact.reserve_roll
UNION ALL
SELECT kind, entity, account, currency, period, opening, movement, closing, stated, residual FROM fact.balance_roll
UNION ALL
SELECT CASE WHEN contains(kinds, 'gift_card') THEN 'gift_card' ELSE 'store_credit' END, entity, odoo_account, currency, period, opening, movement, owed, ledger_balance, owed - ledger_balance FROM fact.credit_liability
ORDER BY 1, 2, 3, 4, 5;
DELETE FROM refund;
INSERT INTO refund SELECT store, order_name, refund_no, entity, account, amount, currency, created_at, created_on FROM fact.refund_fact ORDER BY store, order_name, refund_no;
DELETE FROM watermark;
INSERT INTO watermark SELECT source, owner_key, complete_until FROM fact.watermark_fact WHERE complete_until IS NOT NULL ORDER BY source, owner_key;
CREATE OR REPLACE TABLE fact.line_state AS
WITH standing AS (
  -- what waits in an exception is as far as that
  SELECT subject_kind, subject_key, CASE WHEN bool_or(state IN ('open', 'review')) THEN 'in_exception' WHEN bool_or(state = 'in_transit') THEN 'in_transit' ELSE 'resolved' END AS state
  FROM (SELECT subject_kind, subject_key, state, code FROM exception UNION ALL SELECT d.subject_kind, d.subject_key, e.state, e.code FROM exception_dependant AS d JOIN exception AS e ON e.exception_id = d.exception_id) AS x
  WHERE state IN ('open', 'review', 'in_transit', 'resolved', 'written_off') AND code NOT IN ('PAYOUT_NOT_POSTED', 'FEE_UNDERCHARGED', 'POSTED_TWICE', 'SETTLED_FX_DIFF', 'PAYOUT_AMBIGUOUS') GROUP BY subject_kind, subject_key
), proof AS (
  -- the lines of a failed payout are as far as the payout that paid their money out again
  SELECT p.account, p.payout_id, p.currency, coalesce(p.payout_amount, p.lines_net) AS amount, a.state IS NOT NULL AS is_again,
    CASE WHEN coalesce(a.state, p.state) = 'broken' THEN CASE WHEN p.paid_on < c.cutover_on THEN 'unlooked' ELSE 'in_exception' END
      WHEN coalesce(a.state, p.state) = 'returned' THEN 'in_transit' ELSE coalesce(a.state, p.state) END AS state
  FROM payout_proof AS p LEFT JOIN fact.cutover AS c ON c.entity = p.entity
  LEFT JOIN (SELECT g.account, g.failed_id, min(h.state) AS state FROM fact.returned_payout AS g JOIN payout_proof AS h ON h.account = g.account AND h.payout_id = g.payout_id GROUP BY g.account, g.failed_id) AS a
    ON a.account = p.account AND a.failed_id = p.payout_id
), line AS (
  SELECT l.account, l.line_id, l.currency, l.net AS amount,
    CASE WHEN s.state = 'in_exception' OR p.state = 'in_exception' THEN 'in_exception' WHEN p.state = 'unlooked' THEN 'unlooked' WHEN p.state = 'proven' THEN CASE WHEN s.state = 'resolved' THEN 'resolved' ELSE 'proven' END ELSE 'in_transit' END AS state
  FROM settlement_line_current AS l
  LEFT JOIN standing AS s ON s.subject_kind = 'settlement_line' AND s.subject_key = concat(l.account, '/', l.line_id)
  LEFT JOIN fact.payout_of_line AS b ON b.account = l.account AND b.line_id = l.line_id
  LEFT JOIN proof AS p ON p.account = l.account AND p.payout_id = coalesce(b.payout_id, l.payout_id)
), paired AS (
  -- several lines may settle one payment: it is as far as the last of them
  SELECT m.left_key, max_by(l.state, CASE l.state WHEN 'in_exception' THEN 4 WHEN 'unlooked' THEN 3 WHEN 'in_transit' THEN 2 WHEN 'proven' THEN 1 ELSE 0 END) AS state
  FROM fact.match_settlement_line AS m JOIN line AS l ON l.account = m.account AND l.line_id = m.line_id GROUP BY m.left_key
), event AS (
  SELECT d.store, d.order_name, t.currency, t.amount, CASE
    WHEN t.status <> 'success' OR t.kind NOT IN ('sale', 'capture', 'refund') THEN 'resolved'
    WHEN s.state IS NOT NULL THEN s.state
    WHEN d.tender_kind IS NULL THEN CASE WHEN t.created_on < c.cutover_on THEN 'unlooked' ELSE 'in_exception' END
    WHEN NOT d.by_processor THEN CASE WHEN k.moves_money THEN 'unlooked' ELSE 'resolved' END
    ELSE coalesce(m.state, f.state, 'unlooked') END AS state
  FROM order_transaction_current AS t
  LEFT JOIN fact.tender AS d ON d.file_id = t.file_id AND d.row_no = t.row_no AND d.item_no = t.item_no
  LEFT JOIN fact.tender_account AS k ON k.account = d.tender_kind
  LEFT JOIN fact.cutover AS c ON c.entity = d.entity
  LEFT JOIN paired AS m ON m.left_key = d.subject_key
  LEFT JOIN standing AS s ON s.subject_kind = 'order_transaction' AND s.subject_key = d.subject_key
  LEFT JOIN fact.refund_fact AS r ON r.store = d.store AND r.order_name = d.order_name AND r.ordinal = d.ordinal
  LEFT JOIN standing AS f ON f.subject_kind = 'refund' AND f.subject_key = concat(r.store, '/', r.order_name, '/', r.refund_no)
), orders AS (
  -- an order is as far as the worst of its payments; what was voided is due no more, and a payment that nobody looked at proves nothing
  SELECT o.currency, o.total AS amount, CASE WHEN 'in_exception' IN (s.state, x.state) THEN 'in_exception' WHEN o.is_void OR o.total = 0 THEN 'resolved'
      WHEN x.state IN ('unlooked', 'in_transit') THEN x.state WHEN s.state = 'resolved' THEN s.state ELSE coalesce(x.state, 'unlooked') END AS state
  FROM fact.order_fact AS o
  LEFT JOIN standing AS s ON s.subject_kind = 'order' AND s.subject_key = concat(o.store, '/', o.order_name)
  LEFT JOIN (
    SELECT store, order_name, max_by(state, CASE state WHEN 'in_exception' THEN 4 WHEN 'unlooked' THEN 3 WHEN 'in_transit' THEN 2 WHEN 'proven' THEN 1 ELSE 0 END) AS state
    FROM event WHERE order_name IS NOT NULL GROUP BY store, order_name) AS x ON x.store = o.store AND x.order_name = o.order_name
), told AS (
  -- a line is as far as the last of its payouts; an opening position has no proof of its own; what came and went back is done with
  SELECT m.bank_account, m.bank_key, max_by(CASE WHEN m.shape = 'returned' THEN 'resolved' ELSE coalesce(p.state, 'proven') END, CASE p.state WHEN 'in_exception' THEN 3 WHEN 'unlooked' THEN 2 WHEN 'in_transit' THEN 1 ELSE 0 END) AS state
  FROM fact.match_bank_line AS m LEFT JOIN proof AS p ON p.account = m.account AND p.payout_id = m.payout_id GROUP BY m.bank_account, m.bank_key
), bank AS (
  -- what was only announced is on its way until a statement speaks of its day; then the statement alone counts
  SELECT b.currency, b.amount, CASE WHEN b.standing = 'announced' AND w.complete_until >= b.booked_on THEN 'resolved' WHEN b.standing = 'announced' THEN 'in_transit'
      WHEN s.state IN ('in_exception', 'resolved') THEN s.state ELSE coalesce(m.state, 'unlooked') END AS state
  FROM bank_line_current AS b
  LEFT JOIN standing AS s ON s.subject_kind = 'bank_line' AND s.subject_key = concat(b.bank_account, '/', b.bank_reference)
  LEFT JOIN told AS m ON m.bank_account = b.bank_account AND m.bank_key = b.bank_reference
  LEFT JOIN fact.watermark_fact AS w ON w.source = 'bank_line' AND w.owner_key = b.bank_account
)
SELECT 'settlement_line' AS source, currency, state, count(*) AS lines, sum(amount) AS amount FROM line GROUP BY currency, state
UNION ALL SELECT 'payout', currency, CASE WHEN is_again AND state = 'proven' THEN 'resolved' ELSE state END, count(*), sum(amount) FROM proof GROUP BY ALL
UNION ALL SELECT 'order_transaction', currency, state, count(*), sum(amount) FROM event GROUP BY currency, state
UNION ALL SELECT 'sales_order', currency, state, count(*), sum(amount) FROM orders GROUP BY currency, state
UNION ALL SELECT 'bank_line', currency, state, count(*), sum(amount) FROM bank GROUP BY currency, state;
