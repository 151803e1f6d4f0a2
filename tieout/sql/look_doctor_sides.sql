-- Every proof that the mappings ask for, side by side: what it needs of whom, up to which day that is there; empty where it never came.
WITH account AS (
  SELECT DISTINCT p.account, p.entity, p.processor, p.bank_account, s.store FROM map_processor_account AS p LEFT JOIN account_store AS s ON s.account = p.account
), store AS (
  SELECT DISTINCT store, entity FROM map_store
), side AS (
  SELECT 1 AS place, 'payout proof' AS proof, account AS subject, 1 AS step, 'settlement lines' AS side, 'settlement_line' AS source, account AS owner_key, processor FROM account
  UNION SELECT 1, 'payout proof', account, 2, 'payouts', 'payout', account, processor FROM account
  UNION SELECT 1, 'payout proof', account, 3, 'bank statements', 'bank_line', bank_account, NULL FROM account
  UNION SELECT 2, 'clearing proof', account, 1, 'payments', 'order_transaction', store, NULL FROM account
  UNION SELECT 2, 'clearing proof', account, 2, 'settlement lines', 'settlement_line', account, processor FROM account
  UNION SELECT 2, 'clearing proof', account, 3, 'journal entries', 'odoo_move', entity, NULL FROM account
  UNION SELECT 2, 'clearing proof', account, 4, 'journal items', 'odoo_journal_item', entity, NULL FROM account
  UNION SELECT 3, 'orders in Odoo', store, 1, 'orders', 'sales_order', store, NULL FROM store
  UNION SELECT 3, 'orders in Odoo', store, 2, 'payments', 'order_transaction', store, NULL FROM store
  UNION SELECT 3, 'orders in Odoo', store, 3, 'sale orders', 'odoo_sale_order', entity, NULL FROM store
  UNION SELECT 3, 'orders in Odoo', store, 4, 'invoices', 'odoo_move', entity, NULL FROM store
), paid AS (
  SELECT DISTINCT account FROM payout_fact
), role AS (
  SELECT DISTINCT p.account FROM account AS p JOIN map_account AS m ON m.entity = p.entity AND m.role = 'clearing' AND (m.qualifier IS NULL OR m.qualifier = p.account)
)
SELECT s.proof, s.subject, s.side, s.source, s.owner_key, s.processor, CASE WHEN s.source <> 'payout' OR p.account IS NOT NULL THEN w.complete_until END AS complete_until,
  s.proof = 'clearing proof' AND r.account IS NULL AS lacks_role, s.proof = 'clearing proof' AND c.account IS NULL AS is_not_made
FROM side AS s LEFT JOIN watermark AS w ON w.source = s.source AND w.owner_key = s.owner_key LEFT JOIN paid AS p ON p.account = s.subject LEFT JOIN role AS r ON r.account = s.subject LEFT JOIN (SELECT DISTINCT account FROM clearing_proof) AS c ON c.account = s.subject
ORDER BY s.place, s.subject, s.step
