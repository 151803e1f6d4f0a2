/*
title = "What an entity owes on gift cards and store credit, and what Odoo has of it"
kind = "fact"
why = "Compared at the last day that the cards' movements, the credit's and Odoo's items cover, where it was quiet since then that of the payments that came with them, per account of the role `gift_card_liability`: its qualifier says gift_card, store_credit or a currency, else it has both; where the role went to another account, both together owe it. An entity whose gateways name a kind of credit that was never landed, or whose account has items of another currency, or that has a cut-over without an opening position, cannot be compared. A card that has ended is owed no more."
reads = ["gift_card_fact", "tender", "order_part", "order_fact", "gift_card_movement_current", "store_credit_fact", "map_store", "map_gateway", "map_account", "map_entity", "odoo_journal_item_current", "watermark_fact", "cutover", "opening_fact"]
*/
WITH kind AS (
  SELECT DISTINCT s.entity, g.store, g.account AS kind FROM map_gateway AS g JOIN map_store AS s ON s.store = g.store WHERE g.account IN ('gift_card', 'store_credit')
  UNION SELECT DISTINCT entity, store, 'gift_card' FROM gift_card_fact WHERE entity IS NOT NULL
  UNION SELECT DISTINCT entity, store, 'store_credit' FROM store_credit_fact WHERE entity IS NOT NULL
), newest AS (
  SELECT m.owner_key AS store, 'gift_card' AS kind, CASE WHEN c.known_at = m.known_at THEN greatest(c.complete_until, m.complete_until) ELSE least(c.complete_until, m.complete_until) END AS day, CASE WHEN c.known_at = m.known_at THEN m.known_at END AS known_at
  FROM watermark_fact AS m JOIN watermark_fact AS c ON c.source = 'gift_card' AND c.owner_key = m.owner_key WHERE m.source = 'gift_card_movement'
  UNION ALL SELECT owner_key, 'store_credit', complete_until, known_at FROM watermark_fact WHERE source = 'store_credit_movement'
), reach AS (
  -- where nothing was sold, paid or given back with it since, it stands as the payments that came with it do
  SELECT n.store, n.kind, CASE WHEN NOT EXISTS (SELECT 1 FROM tender AS x WHERE x.store = n.store AND x.account = n.kind AND x.created_on > n.day)
      AND NOT EXISTS (SELECT 1 FROM order_part AS p JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name WHERE p.store = n.store AND p.part = n.part AND o.created_on > n.day)
    THEN greatest(n.day, coalesce(t.complete_until, n.day)) ELSE n.day END AS day
  FROM (SELECT store, kind, CASE kind WHEN 'gift_card' THEN 'gift card' END AS part, day, known_at FROM newest) AS n
  LEFT JOIN watermark_fact AS t ON t.source = 'order_transaction' AND t.owner_key = n.store AND t.known_at = n.known_at
), mapped AS (
  SELECT k.entity, k.store, k.kind, e.base_currency AS currency, a.odoo_account, rank() OVER (PARTITION BY k.entity, k.store, k.kind ORDER BY CASE WHEN a.qualifier = k.kind THEN 0 WHEN a.qualifier = e.base_currency THEN 1 ELSE 2 END) AS tier,
    row_number() OVER (PARTITION BY k.entity, k.store, k.kind ORDER BY CASE WHEN a.qualifier = k.kind THEN 0 WHEN a.qualifier = e.base_currency THEN 1 ELSE 2 END, a.valid_from DESC, a.odoo_account) AS place
  FROM kind AS k JOIN (SELECT entity, min(base_currency) AS base_currency FROM map_entity GROUP BY entity) AS e ON e.entity = k.entity
  JOIN map_account AS a ON a.entity = k.entity AND a.role = 'gift_card_liability' AND (a.qualifier IS NULL OR a.qualifier IN (k.kind, e.base_currency))
), part AS (
  SELECT entity, store, kind, currency, odoo_account FROM mapped WHERE place = 1
), held AS (
  -- the account of today, and those that had the role before it
  SELECT DISTINCT p.entity, p.odoo_account, m.odoo_account AS part_account FROM part AS p JOIN mapped AS m ON m.entity = p.entity AND m.store = p.store AND m.kind = p.kind AND m.tier = 1
), until AS (
  SELECT p.entity, p.odoo_account, p.currency, least(min(r.day), min(w.complete_until)) AS as_of, string_agg(DISTINCT p.kind, ', ' ORDER BY p.kind) AS kinds
  FROM part AS p LEFT JOIN reach AS r ON r.store = p.store AND r.kind = p.kind JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = p.entity
  GROUP BY p.entity, p.odoo_account, p.currency HAVING count(*) = count(r.day)
), span AS (
  SELECT u.entity, u.odoo_account, u.currency, u.as_of, u.kinds, coalesce(c.cutover_on, DATE '0001-01-01') AS begins_on, CASE WHEN c.cutover_on IS NULL THEN 0 ELSE o.amount END AS opening
  FROM until AS u LEFT JOIN cutover AS c ON c.entity = u.entity
  LEFT JOIN (SELECT entity, currency, sum(amount) AS amount FROM opening_fact WHERE kind = 'gift_card' GROUP BY entity, currency) AS o ON o.entity = u.entity AND o.currency = u.currency
  WHERE (c.cutover_on IS NULL OR o.amount IS NOT NULL) AND u.as_of >= coalesce(c.cutover_on, DATE '0001-01-01')
), begun AS (
  SELECT entity, odoo_account, currency, kinds, as_of, begins_on, opening, CAST(date_trunc('month', as_of) AS DATE) AS month_on FROM span
), card AS (
  SELECT s.entity, s.odoo_account, f.store, f.card_id, f.initial_value, f.issued_on, f.ended_on
  FROM begun AS s JOIN part AS p ON p.entity = s.entity AND p.odoo_account = s.odoo_account AND p.kind = 'gift_card' JOIN gift_card_fact AS f ON f.store = p.store AND f.currency = s.currency
), moved AS (
  SELECT c.entity, c.odoo_account, m.amount, m.moved_on, c.ended_on
  FROM card AS c JOIN gift_card_movement_current AS m ON m.store = c.store AND m.card_id = c.card_id AND NOT (m.amount = c.initial_value AND m.moved_on = c.issued_on)
  WHERE c.ended_on IS NULL OR m.moved_on < c.ended_on
), item AS (
  SELECT entity, odoo_account, initial_value AS amount, coalesce(issued_on, DATE '0001-01-01') AS day FROM card
  UNION ALL SELECT entity, odoo_account, - initial_value, ended_on FROM card WHERE ended_on IS NOT NULL
  UNION ALL SELECT entity, odoo_account, amount, moved_on FROM moved
  UNION ALL SELECT entity, odoo_account, - amount, ended_on FROM moved WHERE ended_on IS NOT NULL
  UNION ALL
  SELECT s.entity, s.odoo_account, f.opening, DATE '0001-01-01'
  FROM begun AS s JOIN part AS p ON p.entity = s.entity AND p.odoo_account = s.odoo_account AND p.kind = 'store_credit' JOIN store_credit_fact AS f ON f.store = p.store AND f.currency = s.currency WHERE f.place = 1
  UNION ALL
  SELECT s.entity, s.odoo_account, f.amount, f.moved_on
  FROM begun AS s JOIN part AS p ON p.entity = s.entity AND p.odoo_account = s.odoo_account AND p.kind = 'store_credit' JOIN store_credit_fact AS f ON f.store = p.store AND f.currency = s.currency
), owed AS (
  SELECT s.entity, s.odoo_account, sum(CASE WHEN i.day < s.month_on THEN i.amount ELSE 0 END) AS before, sum(CASE WHEN i.day BETWEEN s.month_on AND s.as_of THEN i.amount ELSE 0 END) AS moved
  FROM begun AS s JOIN item AS i ON i.entity = s.entity AND i.odoo_account = s.odoo_account GROUP BY s.entity, s.odoo_account
), book AS (
  SELECT s.entity, s.odoo_account, sum(CASE WHEN i.booked_on BETWEEN s.begins_on AND s.as_of THEN i.credit - i.debit ELSE 0 END) AS amount, min(concat(i.file_id, ':', i.row_no)) AS evidence
  FROM span AS s JOIN held AS h ON h.entity = s.entity AND h.odoo_account = s.odoo_account JOIN odoo_journal_item_current AS i ON i.entity = h.entity AND i.account_code = h.part_account AND i.parent_state = 'posted'
  GROUP BY s.entity, s.odoo_account, s.currency HAVING min(i.currency) = s.currency AND max(i.currency) = s.currency
)
SELECT s.entity, s.odoo_account, s.currency, s.kinds, s.as_of, strftime(s.month_on, '%Y-%m') AS period, CAST(coalesce(o.before, 0) AS DECIMAL(18,4)) AS opening, CAST(coalesce(o.moved, 0) AS DECIMAL(18,4)) AS movement,
  CAST(coalesce(o.before + o.moved, 0) AS DECIMAL(18,4)) AS owed, CAST(b.amount + s.opening AS DECIMAL(18,4)) AS ledger_balance, b.evidence
FROM begun AS s JOIN book AS b ON b.entity = s.entity AND b.odoo_account = s.odoo_account LEFT JOIN owed AS o ON o.entity = s.entity AND o.odoo_account = s.odoo_account
