/*
title = "Accounts for payouts in transit and disputed funds that can be rolled forward, and up to which day"
kind = "fact"
why = "One row per processor account that such an account of Odoo serves: that of the processor account before that of its currency before that of every one. It ends where the first of its sides ends: Odoo's items and entries, the payouts, and for payouts in transit the statements of their banks; it begins at the cut-over, else with the first payout that is known. An account that has another role too, that no item stands on, that has items of another currency and is not kept in the company's own, or that serves a processor account without any payout here, is not compared."
reads = ["map_processor_account", "map_account", "payout_fact", "watermark_fact", "cutover", "odoo_journal_item_current", "map_entity"]
*/
WITH owner AS (
  SELECT account, min(entity) AS entity, min(currency) AS currency, max(valid_to) AS valid_to FROM map_processor_account GROUP BY account HAVING min(entity) = max(entity) AND min(currency) = max(currency)
), placed AS (
  SELECT o.account, o.entity, o.currency, o.valid_to, m.role, m.odoo_account,
    row_number() OVER (PARTITION BY o.account, m.role ORDER BY CASE WHEN m.qualifier = o.account THEN 0 WHEN m.qualifier = o.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM owner AS o JOIN map_account AS m ON m.entity = o.entity AND m.role IN ('payouts_in_transit', 'disputed_funds') AND (m.qualifier IN (o.account, o.currency) OR m.qualifier IS NULL)
), paid AS (
  SELECT account, min(CASE WHEN status = 'paid' THEN paid_on END) AS first_on FROM payout_fact GROUP BY account
), held AS (
  SELECT p.account, p.entity, p.currency, p.valid_to, p.role, p.odoo_account, d.first_on, d.account IS NOT NULL AS is_known
  FROM placed AS p LEFT JOIN paid AS d ON d.account = p.account
  WHERE p.place = 1 AND NOT EXISTS (SELECT 1 FROM map_account AS h WHERE h.entity = p.entity AND h.odoo_account = p.odoo_account AND h.role <> p.role)
), single AS (
  SELECT h.entity, h.role, h.odoo_account, min(h.currency) AS currency, coalesce(max(c.cutover_on), min(h.first_on)) AS begins_on, max(c.cutover_on) IS NOT NULL AS is_cutover FROM held AS h LEFT JOIN cutover AS c ON c.entity = h.entity
  GROUP BY h.entity, h.role, h.odoo_account HAVING min(h.currency) = max(h.currency) AND bool_or(h.is_known)
), side AS (
  SELECT entity, role, odoo_account, 'odoo_journal_item' AS source, entity AS owner_key FROM held
  UNION SELECT entity, role, odoo_account, 'odoo_move', entity FROM held
  -- what an account without reports books there is known to nobody
  UNION SELECT h.entity, h.role, h.odoo_account, 'payout', h.account FROM held AS h JOIN single AS s ON s.entity = h.entity AND s.role = h.role AND s.odoo_account = h.odoo_account WHERE h.is_known OR h.valid_to >= s.begins_on
  UNION SELECT h.entity, h.role, h.odoo_account, 'bank_line', p.bank_account FROM held AS h JOIN payout_fact AS p ON p.account = h.account WHERE h.role = 'payouts_in_transit'
), until AS (
  SELECT d.entity, d.role, d.odoo_account, min(w.complete_until) AS as_of FROM side AS d LEFT JOIN watermark_fact AS w ON w.source = d.source AND w.owner_key = d.owner_key
  GROUP BY d.entity, d.role, d.odoo_account HAVING count(*) = count(w.complete_until)
), own AS (
  SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity HAVING min(base_currency) = max(base_currency)
), stood AS (
  SELECT s.entity, s.role, s.odoo_account FROM single AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted'
  LEFT JOIN own AS w ON w.entity = s.entity AND w.currency = s.currency
  GROUP BY s.entity, s.role, s.odoo_account, s.currency, w.entity HAVING w.entity IS NOT NULL OR (min(i.currency) = s.currency AND max(i.currency) = s.currency)
)
SELECT h.account, h.entity, h.role, h.odoo_account, h.currency, s.begins_on, s.is_cutover, u.as_of
FROM held AS h JOIN single AS s ON s.entity = h.entity AND s.role = h.role AND s.odoo_account = h.odoo_account
JOIN until AS u ON u.entity = h.entity AND u.role = h.role AND u.odoo_account = h.odoo_account AND u.as_of >= s.begins_on
JOIN stood AS t ON t.entity = h.entity AND t.role = h.role AND t.odoo_account = h.odoo_account
WHERE h.is_known
