/*
title = "Balances that roll forward against Odoo, month by month"
kind = "fact"
why = "Opening, movement and closing of what taxes, payouts in transit, disputed funds and failed refunds make, against what Odoo has, with what Odoo has only not booked yet. `residual` is closing less stated; `unnamed` what of it no finding speaks of. What customers are owed for refunds that failed stands without `stated` where no account of Odoo has it."
reads = ["tax_item", "transit_item", "dispute_item", "refund_owed_item", "refund_change", "refund_scope", "cutover"]
*/
WITH item AS (
  SELECT 'tax_payable' AS kind, entity, account, currency, booked_on, movement, difference, is_named, TRUE AS is_compared FROM tax_item
  UNION ALL SELECT 'payouts_in_transit', entity, account, currency, booked_on, movement, difference, is_named, TRUE FROM transit_item
  UNION ALL SELECT 'disputed_funds', entity, account, currency, booked_on, movement, difference, is_named, TRUE FROM dispute_item
  UNION ALL SELECT 'refunds_payable', entity, account, currency, booked_on, movement, difference, is_named, TRUE FROM refund_owed_item
  UNION ALL
  -- without an account in Odoo what is owed is compared with nothing
  SELECT 'refunds_payable', c.entity, c.account, c.currency, c.booked_on, c.amount, 0, TRUE, FALSE FROM refund_change AS c LEFT JOIN cutover AS k ON k.entity = c.entity
  WHERE NOT EXISTS (SELECT 1 FROM refund_scope AS s WHERE s.account = c.account) AND (k.cutover_on IS NULL OR c.booked_on >= k.cutover_on)
), monthly AS (
  SELECT kind, entity, account, currency, coalesce(CAST(date_trunc('month', booked_on) AS DATE), DATE '0001-01-01') AS month, sum(movement) AS movement, sum(difference) AS difference, sum(CASE WHEN is_named THEN 0 ELSE difference END) AS unnamed, bool_and(is_compared) AS is_compared
  FROM item GROUP BY kind, entity, account, currency, coalesce(CAST(date_trunc('month', booked_on) AS DATE), DATE '0001-01-01')
), rolled AS (
  SELECT kind, entity, account, currency, month, movement, is_compared, sum(movement) OVER (PARTITION BY kind, entity, account, currency ORDER BY month) AS closing,
    sum(difference) OVER (PARTITION BY kind, entity, account, currency ORDER BY month) AS residual, sum(unnamed) OVER (PARTITION BY kind, entity, account, currency ORDER BY month) AS unnamed
  FROM monthly
)
SELECT kind, entity, account, currency, strftime(month, '%Y-%m') AS period, CAST(closing - movement AS DECIMAL(18,4)) AS opening, CAST(movement AS DECIMAL(18,4)) AS movement, CAST(closing AS DECIMAL(18,4)) AS closing,
  CAST(CASE WHEN is_compared THEN closing - residual END AS DECIMAL(18,4)) AS stated, CAST(CASE WHEN is_compared THEN residual END AS DECIMAL(18,4)) AS residual, CAST(unnamed AS DECIMAL(18,4)) AS unnamed
FROM rolled WHERE month > DATE '0001-01-01'
