/*
title = "Gateway has no account"
kind = "check"
rule = "P-09"
code = "GATEWAY_UNMAPPED"
severity = "block"
class = "DATA"
subject = "order_transaction"
owner = "accounting"
why = "Money through an unknown gateway is looked for in no report. One finding for every spelling of a store, at its first payment, with the row that is missing: its account is the one of the company in whose reports at least half of the payments stand, by order and amount."
suggestion = "Add the row that the finding shows to gateways.csv and have it approved; its account is the one that settles the gateway, or gift_card, store_credit, cash_on_delivery, bank_transfer or manual where no processor pays it out."
reads = ["tender", "cutover", "settlement_line_current", "map_processor_account"]
cure = "gateways"
*/
WITH lost AS (
  SELECT t.entity, t.store, t.order_name, t.gateway, t.account, t.subject_key, t.amount, t.currency, t.created_at, t.created_on, t.file_id, t.row_no, coalesce(t.created_on < c.cutover_on, FALSE) AS is_early
  FROM tender AS t LEFT JOIN cutover AS c ON c.entity = t.entity WHERE t.tender_kind IS NULL
), placed AS (
  SELECT entity, store, order_name, coalesce(gateway, '') AS gateway, account, subject_key, amount, currency, created_on, file_id, row_no, is_early,
    row_number() OVER (PARTITION BY entity, store, gateway ORDER BY is_early, created_at, subject_key) AS place,
    min(CASE WHEN is_early THEN 1 ELSE 0 END) OVER (PARTITION BY entity, store, gateway) AS all_early
  FROM lost
), summed AS (
  SELECT entity, store, gateway, currency, count(*) AS payments, sum(amount) AS amount, min(created_on) AS first_on
  FROM placed WHERE NOT is_early OR all_early = 1 GROUP BY entity, store, gateway, currency
), spelling AS (
  SELECT entity, store, gateway, min(first_on) AS first_on, string_agg(concat(payments, CASE WHEN payments = 1 THEN ' payment, ' ELSE ' payments, ' END, amount, ' ', currency), '; ' ORDER BY currency) AS sums
  FROM summed GROUP BY entity, store, gateway
), seen AS (
  SELECT entity, store, gateway, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY place) AS evidence FROM placed WHERE place <= 20 GROUP BY entity, store, gateway
), settled AS (
  SELECT p.entity, p.store, p.gateway, l.account, count(DISTINCT p.subject_key) AS payments
  FROM placed AS p JOIN settlement_line_current AS l ON l.order_name = p.order_name AND l.currency = p.currency AND abs(l.gross) = p.amount AND l.bucket IN ('sale', 'refund')
  JOIN map_processor_account AS a ON a.account = l.account AND a.entity = p.entity AND p.created_on BETWEEN a.valid_from AND a.valid_to
  GROUP BY p.entity, p.store, p.gateway, l.account
), shown AS (
  SELECT s.entity, s.store, s.gateway, min(s.account) AS account
  FROM settled AS s JOIN (SELECT entity, store, gateway, sum(payments) AS payments FROM summed GROUP BY entity, store, gateway) AS w ON w.entity = s.entity AND w.store = s.store AND w.gateway = s.gateway AND s.payments * 2 >= w.payments
  GROUP BY s.entity, s.store, s.gateway HAVING count(*) = 1
), guessed AS (
  SELECT entity, store, gateway, CASE WHEN regexp_matches(lower(gateway), 'gift.?card|gutschein|carte.?cadeau') THEN 'gift_card' WHEN regexp_matches(lower(gateway), 'store.?credit') THEN 'store_credit'
      WHEN regexp_matches(lower(gateway), 'cash.?on.?delivery|[(]cod[)]|^cod$|nachnahme|contra.?reembolso|contre.?remboursement') THEN 'cash_on_delivery'
      WHEN regexp_matches(lower(gateway), 'bank.?(transfer|deposit)|\bwire\b|vorkasse|berweisung|virement|transferencia') THEN 'bank_transfer'
      WHEN regexp_matches(lower(gateway), 'manual|money.?order|^cash$') THEN 'manual' ELSE 'ACCOUNT' END AS account
  FROM spelling
)
SELECT p.entity, p.store, p.subject_key, s.amount AS expected, NULL AS actual, s.amount AS difference, p.currency, NULL AS due_on,
  concat('The gateway ', p.gateway, ' of store ', p.store, CASE WHEN p.account IS NULL THEN ' is in no row of gateways.csv' ELSE concat(' leads to ', p.account, ', which no row of processor_accounts.csv has on that day') END,
    ': ', l.sums, '.') AS cause, e.evidence, NULL AS candidates,
  concat('Add to gateways.csv: ', p.store, ',', CASE WHEN contains(p.gateway, ',') OR contains(p.gateway, '"') THEN concat('"', replace(p.gateway, '"', '""'), '"') ELSE p.gateway END, ',', coalesce(w.account, g.account), ',', l.first_on, ',',
    CASE WHEN w.account IS NULL AND g.account = 'ACCOUNT' THEN ' (ACCOUNT: the row of processor_accounts.csv that settles it, or gift_card, store_credit, cash_on_delivery, bank_transfer or manual where no processor pays it out)' ELSE '' END,
    ' and have it approved.') AS suggestion
FROM placed AS p
JOIN summed AS s ON s.entity IS NOT DISTINCT FROM p.entity AND s.store = p.store AND s.gateway = p.gateway AND s.currency = p.currency
JOIN spelling AS l ON l.entity IS NOT DISTINCT FROM p.entity AND l.store = p.store AND l.gateway = p.gateway
JOIN seen AS e ON e.entity IS NOT DISTINCT FROM p.entity AND e.store = p.store AND e.gateway = p.gateway
JOIN guessed AS g ON g.entity IS NOT DISTINCT FROM p.entity AND g.store = p.store AND g.gateway = p.gateway
LEFT JOIN shown AS w ON w.entity = p.entity AND w.store = p.store AND w.gateway = p.gateway
WHERE p.place = 1
ORDER BY subject_key
