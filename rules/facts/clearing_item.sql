/*
title = "What stands on each clearing account, by source rows"
kind = "fact"
why = "One row per thing that leaves money on the account or takes it: captures not yet paid out, payouts not booked or not booked as paid, lines that no payment of the shop explains, orders that Odoo has not booked as they were captured. What Odoo booked otherwise explains only where a finding speaks of what was paid or has the same amount, or where both sides agree and only their days differ; of few orders each has a finding (PAYMENT_STATE_DIFF), the rest is what the proof leaves open. Entries of neither have a finding each. After a cut-over it begins with the opening balance, which what belongs before that day draws down: a line that a payment or a position tells of in any case, any other up to that balance."
reads = ["clearing_of", "clearing_scope", "tender", "match_settlement_line", "line_fact", "payout_fact", "payout_role_fact", "clearing_booking", "order_on_clearing", "odoo_gap", "invoice_fact", "finding", "opening_line", "order_missing", "order_fact", "payment_gap", "payout_changed", "till_entry", "rule_parameter", "entry_besides", "payment_elsewhere", "gone_document"]
*/
WITH payout AS (
  SELECT s.account, p.account AS own, p.payout_id, p.status IN ('failed', 'canceled') AS is_failed, p.status = 'paid' AND p.paid_on BETWEEN s.begins_on AND s.as_of AS is_paid, p.paid_on < s.begins_on AS is_before, coalesce(r.amount, 0) AS movement,
    CASE WHEN p.is_lineless THEN - p.payout_amount END AS withdrawn
  FROM payout_fact AS p LEFT JOIN clearing_of AS c ON c.account = p.account JOIN clearing_scope AS s ON s.account = coalesce(c.lead, p.account)
  LEFT JOIN payout_role_fact AS r ON r.account = p.account AND r.payout_id = p.payout_id AND r.role = 'clearing'
), event AS (
  SELECT t.subject_key, s.account, t.store, t.order_name, CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END AS amount, t.created_on BETWEEN s.begins_on AND s.as_of AS is_captured, t.created_on < s.begins_on AS is_before
  FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account JOIN clearing_scope AS s ON s.account = coalesce(c.lead, t.account) AND s.currency = t.currency WHERE t.by_processor
), settled AS (
  SELECT m.left_key, m.account, m.line_id, CASE WHEN m.side = 'refund' THEN - m.right_amount ELSE m.right_amount END AS amount
  FROM match_settlement_line AS m JOIN line_fact AS l ON l.account = m.account AND l.line_id = m.line_id AND l.currency = m.currency
  JOIN payout AS p ON p.own = l.account AND p.payout_id = l.payout_id AND p.is_paid
  JOIN event AS e ON e.subject_key = m.left_key AND e.is_captured
), together AS (
  SELECT left_key, sum(amount) AS amount FROM settled GROUP BY left_key
), of_payout AS (
  SELECT payout_account AS own, payout_id, amount, is_booked, is_before FROM clearing_booking WHERE payout_id IS NOT NULL
), about AS (
  SELECT f.store, regexp_extract(substr(f.subject_key, length(f.store) + 2), '^([^/]*)', 1) AS order_name, f.code, abs(f.difference) AS amount, CASE WHEN f.code IN ('INVOICE_TOTAL_DIFF', 'SO_LINE_DIFF', 'SO_TOTAL_DIFF') THEN sign(f.difference) END AS side FROM finding AS f WHERE f.subject_kind IN ('order', 'order_transaction', 'refund')
  UNION ALL SELECT l.store, l.order_name, f.code, abs(f.difference), NULL FROM finding AS f JOIN line_fact AS l ON f.subject_kind = 'settlement_line' AND concat(l.account, '/', l.line_id) = f.subject_key
  UNION ALL SELECT i.store, i.order_name, f.code, abs(f.difference), NULL FROM finding AS f JOIN invoice_fact AS i ON f.subject_kind = 'odoo_document' AND concat(i.company, '/', i.name) = f.subject_key
), known AS (
  -- what is wrong with a fee or a tax says nothing of a payment, but where it has the very amount; a document that says more explains no payment that is less
  SELECT d.account, d.store, d.order_name FROM order_on_clearing AS d JOIN (SELECT store, order_name, code, sum(amount) AS together, min(side) AS side FROM about GROUP BY store, order_name, code) AS t ON t.store = d.store AND t.order_name = d.order_name
  WHERE (t.together = abs(d.amount) AND coalesce(t.side = sign(d.amount), TRUE)) OR t.code IN (
    'CANCEL_STATE_DIFF', 'ENTITY_MISROUTED', 'ERP_PAYMENT_DUPLICATE', 'GATEWAY_UNMAPPED', 'GIFTCARD_TENDER_WRONG', 'INVOICE_DRAFT_OLD', 'LINE_WITHOUT_ORDER', 'NOT_INVOICED', 'ORDER_CHANGED_AFTER_SETTLEMENT', 'ORDER_CURRENCY_DIFF', 'PAYMENT_STATE_DIFF',
    'PAYMENT_SUM_DIFF', 'REFUND_FAILED', 'REFUND_NOT_CREDITED', 'REFUND_OUTSIDE_SHOPIFY', 'REFUND_PLUGGED', 'REFUND_TENDER_WRONG', 'ROW_VANISHED', 'SETTLED_AMOUNT_DIFF', 'SETTLED_FX_DIFF', 'SETTLED_TWICE', 'SO_MISSING', 'TEST_DATA', 'TX_PENDING_OLD'
  )
  UNION SELECT d.account, d.store, d.order_name FROM order_on_clearing AS d JOIN about AS t ON t.store = d.store AND t.order_name = d.order_name AND t.amount = abs(d.amount) AND coalesce(t.side = sign(d.amount), TRUE)
  UNION SELECT e.account, e.store, e.order_name FROM entry_besides AS e  -- Y-13 tells it
  UNION SELECT e.other_account, e.other_store, e.order_name FROM payment_elsewhere AS e WHERE e.other_store IS NOT NULL  -- O-04 tells it, at the order of the other company
  -- what was deleted in Odoo is the finding on it (C-15)
  UNION SELECT d.account, d.store, d.order_name FROM order_on_clearing AS d JOIN gone_document AS g ON g.entity = d.entity AND g.what IN ('entry', 'payment') AND g.amount = abs(d.amount)
    AND d.order_name IN (g.ref, regexp_extract(coalesce(g.ref, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2))
  UNION SELECT d.account, d.store, d.order_name FROM order_on_clearing AS d JOIN order_missing AS o ON o.store = d.store AND o.order_name = d.order_name  -- a missing number is the finding
  UNION SELECT d.account, d.store, d.order_name FROM order_on_clearing AS d JOIN order_fact AS o ON o.store = d.store AND o.order_name = d.order_name JOIN payment_gap AS g ON g.store = o.store AND g.day = o.paid_on  -- as is a day that the payments lack
), lacking AS (
  SELECT DISTINCT t.store, t.order_name FROM tender AS t JOIN odoo_gap AS g ON g.entity = t.entity AND g.day = t.created_on
), sent AS (
  SELECT p.account, p.own, p.payout_id, p.is_failed, p.is_paid, coalesce(b.amount, 0) - CASE WHEN p.is_paid THEN p.movement ELSE 0 END AS amount, coalesce(b.amount, 0) <> 0 AS is_booked,
    p.is_paid AND coalesce(b.amount = p.withdrawn, FALSE) AS is_withdrawn,
    coalesce(p.is_before, FALSE) OR coalesce(b.is_before, FALSE) AS is_before
  FROM payout AS p LEFT JOIN (SELECT own, payout_id, sum(CASE WHEN is_booked THEN amount ELSE 0 END) AS amount, bool_or(is_before) AS is_before FROM of_payout GROUP BY own, payout_id) AS b
    ON b.own = p.own AND b.payout_id = p.payout_id
), loose AS (
  SELECT p.account, l.account AS own, l.line_id, l.bucket, l.gross, l.booked_on < c.begins_on AS is_early
  FROM line_fact AS l JOIN payout AS p ON p.own = l.account AND p.payout_id = l.payout_id AND p.is_paid JOIN clearing_scope AS c ON c.account = p.account AND c.currency = l.currency
  WHERE l.bucket IN ('sale', 'refund', 'carry') AND NOT EXISTS (SELECT 1 FROM settled AS s WHERE s.account = l.account AND s.line_id = l.line_id)
), told AS (
  SELECT account, line_id FROM opening_line
  UNION SELECT m.account, m.line_id FROM match_settlement_line AS m JOIN event AS e ON e.subject_key = m.left_key AND e.is_before
), early AS (
  SELECT l.account, l.own, l.line_id, l.gross, t.line_id IS NOT NULL AS is_told FROM loose AS l LEFT JOIN told AS t ON t.account = l.own AND t.line_id = l.line_id WHERE t.line_id IS NOT NULL OR l.is_early
), drawn AS (
  -- what is paid out of before the cut-over and told by nobody fits into the opening balance, else it is named line by line
  SELECT s.account, coalesce(sum(e.gross), 0) AS gross, coalesce(sum(e.gross) FILTER (WHERE e.is_told), 0) AS told,
    coalesce(sum(e.gross) FILTER (WHERE NOT e.is_told), 0) BETWEEN least(s.opening, 0) AND greatest(s.opening, 0) AS fits
  FROM clearing_scope AS s LEFT JOIN early AS e ON e.account = s.account GROUP BY s.account, s.opening
), begun AS (
  SELECT s.account, s.entity, s.currency, s.opening - CASE WHEN d.fits THEN d.gross ELSE d.told END + coalesce(b.amount, 0) AS amount
  FROM clearing_scope AS s JOIN drawn AS d ON d.account = s.account
  LEFT JOIN (SELECT account, sum(amount) AS amount FROM sent WHERE is_before GROUP BY account) AS b ON b.account = s.account
), weighed AS (
  SELECT d.account, d.store, d.order_name, d.amount, d.agrees, k.order_name IS NOT NULL OR g.order_name IS NOT NULL AS is_known
  FROM order_on_clearing AS d
  LEFT JOIN known AS k ON k.account = d.account AND k.store = d.store AND k.order_name = d.order_name
  LEFT JOIN lacking AS g ON g.store = d.store AND g.order_name = d.order_name
), differing AS (
  -- few have a finding each; of many the cause is one, and the account's
  SELECT w.account, w.store, w.order_name, w.amount, w.agrees, w.is_known, NOT w.agrees AND NOT w.is_known AND count(*) FILTER (WHERE NOT w.agrees AND NOT w.is_known) OVER (PARTITION BY w.account) <= CAST(coalesce(k.value, '0') AS INTEGER) AS is_told
  FROM weighed AS w JOIN clearing_scope AS s ON s.account = w.account LEFT JOIN rule_parameter AS k ON k.rule = 'I-08' AND k.name = 'few' AND k.entity = s.entity
), found AS (
  SELECT e.account, 'captured, not paid out' AS reason, TRUE AS explains, 'order_transaction' AS subject_kind, e.subject_key, e.amount
  FROM event AS e WHERE e.is_captured AND NOT EXISTS (SELECT 1 FROM together AS t WHERE t.left_key = e.subject_key)
  UNION ALL
  SELECT e.account, 'settled at another amount', TRUE, 'order_transaction', e.subject_key, e.amount - t.amount
  FROM event AS e JOIN together AS t ON t.left_key = e.subject_key
  UNION ALL
  SELECT l.account, CASE l.bucket WHEN 'carry' THEN 'balance carried on' ELSE 'settled without a payment of the shop' END, TRUE, 'settlement_line', concat(l.own, '/', l.line_id), - l.gross
  FROM loose AS l WHERE NOT EXISTS (SELECT 1 FROM early AS e WHERE e.own = l.own AND e.line_id = l.line_id)
  UNION ALL
  SELECT b.account, 'opening balance and what came of it', TRUE, 'account_balance', concat(b.entity, '/clearing/', b.account, '/', b.currency), b.amount FROM begun AS b
  UNION ALL
  SELECT e.account, 'paid out beyond the opening balance', FALSE, 'settlement_line', concat(e.own, '/', e.line_id), - e.gross
  FROM early AS e JOIN drawn AS d ON d.account = e.account AND NOT d.fits WHERE NOT e.is_told
  UNION ALL
  SELECT s.account, CASE WHEN s.is_failed THEN 'payout failed' WHEN s.is_withdrawn THEN 'withdrawn, for lines that its format does not say' WHEN s.is_paid AND NOT s.is_booked THEN 'paid out, not booked' WHEN s.is_paid THEN 'not booked as paid out' ELSE 'booked, not paid out' END,
    s.is_failed OR s.is_withdrawn OR NOT s.is_booked OR EXISTS (SELECT 1 FROM finding AS f WHERE f.subject_kind = 'payout' AND f.subject_key = concat(s.own, '/', s.payout_id))
      OR EXISTS (SELECT 1 FROM payout_changed AS c WHERE c.account = s.own AND c.payout_id = s.payout_id), 'payout', concat(s.own, '/', s.payout_id), s.amount
  FROM sent AS s WHERE NOT s.is_before
  UNION ALL
  SELECT d.account, CASE WHEN d.agrees THEN 'booked on another day' WHEN d.is_told THEN 'booked otherwise, told by its order' ELSE 'not booked as captured' END, d.agrees OR d.is_known OR d.is_told, 'order', concat(d.store, '/', d.order_name), d.amount
  FROM differing AS d
  UNION ALL
  -- a finding of its own speaks of each of them, those of tills apart
  SELECT i.account, CASE WHEN t.root_id IS NULL THEN 'booked without a payout or an order' ELSE 'taken by tills' END, TRUE, 'odoo_document', concat(s.company, '/', i.move_name), i.amount
  FROM clearing_booking AS i JOIN clearing_scope AS s ON s.account = i.account LEFT JOIN till_entry AS t ON t.account = i.account AND t.root_id = i.root_id
  WHERE i.is_booked AND i.payout_id IS NULL AND i.order_name IS NULL
)
SELECT s.entity, 'clearing' AS role, f.account, s.currency, f.reason, f.explains, f.subject_kind, f.subject_key, f.amount
FROM found AS f JOIN clearing_scope AS s ON s.account = f.account
WHERE f.amount <> 0
