/*
title = "Up to when each rule can judge"
kind = "fact"
why = "The lowest watermark of the sources that the rule needs, for every owner of subjects; empty where one of them was never landed."
reads = ["rule_need", "subject_count", "watermark_fact", "account_store", "map_processor_account"]
*/
WITH scope AS (
  SELECT DISTINCT subject_kind, entity, store, account, bank_account FROM subject_count
), owner AS (
  SELECT n.name, n.source, s.entity, s.store, s.account, s.bank_account, s.entity AS owner_key
  FROM rule_need AS n JOIN scope AS s ON s.subject_kind = n.subject_kind WHERE n.source LIKE 'odoo%' OR n.source = 'trial_balance_line'
  UNION
  SELECT n.name, n.source, s.entity, s.store, s.account, s.bank_account, s.bank_account
  FROM rule_need AS n JOIN scope AS s ON s.subject_kind = n.subject_kind WHERE n.source = 'bank_line'
  UNION
  SELECT n.name, n.source, s.entity, s.store, s.account, s.bank_account, coalesce(s.store, a.store)
  FROM rule_need AS n JOIN scope AS s ON s.subject_kind = n.subject_kind LEFT JOIN account_store AS a ON s.store IS NULL AND a.account = s.account
  WHERE n.source IN ('sales_order', 'order_transaction', 'gift_card', 'gift_card_movement', 'store_credit_movement', 'fulfillment', 'order_return', 'order_refund', 'sales_report_day')
  UNION
  SELECT n.name, n.source, s.entity, s.store, s.account, s.bank_account, coalesce(s.account, b.account, a.account)
  FROM rule_need AS n JOIN scope AS s ON s.subject_kind = n.subject_kind
  LEFT JOIN map_processor_account AS b ON s.account IS NULL AND b.bank_account = s.bank_account
  LEFT JOIN account_store AS a ON s.account IS NULL AND s.bank_account IS NULL AND a.store = s.store
  WHERE n.source IN ('settlement_line', 'payout', 'dispute')
)
SELECT o.name, o.entity, o.store, o.account, o.bank_account, CASE WHEN count(*) = count(w.complete_until) THEN min(w.complete_until) END AS complete_until
FROM owner AS o LEFT JOIN watermark_fact AS w ON w.source = o.source AND w.owner_key = o.owner_key
GROUP BY o.name, o.entity, o.store, o.account, o.bank_account
