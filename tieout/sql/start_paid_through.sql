-- On which of one company's accounts Odoo booked the payments of orders that each processor's file settles, beside the customers' own account; a payment names its order, or its invoice.
WITH here AS (
  SELECT unnest($looks) AS look
), kept AS (
  SELECT code, max(account_type) AS account_type FROM look.odoo_account WHERE entity IN (SELECT look FROM here) GROUP BY code
), item AS (
  SELECT i.move_odoo_id, i.account_code FROM look.odoo_journal_item AS i LEFT JOIN kept AS k ON k.code = i.account_code
  WHERE i.entity IN (SELECT look FROM here) AND i.parent_state = 'posted' AND i.account_code IS NOT NULL AND coalesce(k.account_type, '') NOT IN ('receivable', 'asset_receivable', 'payable', 'liability_payable')
), payment AS (
  SELECT odoo_id, move_odoo_id, memo FROM look.odoo_payment WHERE entity IN (SELECT look FROM here) AND memo IS NOT NULL
), invoice AS (
  SELECT m.name, coalesce(s.client_order_ref, m.ref) AS order_name
  FROM look.odoo_move AS m LEFT JOIN look.odoo_sale_order AS s ON s.name = m.invoice_origin AND s.entity IN (SELECT look FROM here)
  WHERE m.entity IN (SELECT look FROM here) AND m.move_type = 'out_invoice' AND m.name IS NOT NULL
), of_order AS (
  SELECT odoo_id, move_odoo_id, memo AS order_name FROM payment
  UNION SELECT p.odoo_id, p.move_odoo_id, i.order_name FROM payment AS p JOIN invoice AS i ON i.name = p.memo
)
SELECT l.look AS account_look, i.account_code, count(DISTINCT o.odoo_id) AS payments
FROM of_order AS o JOIN item AS i ON i.move_odoo_id = o.move_odoo_id JOIN look.paid AS l ON l.order_name = o.order_name AND l.bucket = 'sale'
GROUP BY l.look, i.account_code ORDER BY l.look, payments DESC, i.account_code
