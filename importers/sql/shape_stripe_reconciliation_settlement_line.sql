-- Stripe: the row's moment from whichever column the run had, the order from the metadata or from a name in the description.
SELECT g.* EXCLUDE (description, day_utc, day_local, occurred_utc, occurred_zone),
  coalesce(occurred_utc, CAST(occurred_zone AS TIMESTAMP)) AS occurred_at,
  coalesce(day_utc, day_local) AS payout_on,
  CASE WHEN payout_id IS NOT NULL THEN 'paid' ELSE 'pending' END AS payout_status,
  nullif(regexp_extract(description, '(^|\s)(#[A-Za-z0-9-]+)($|\s)', 2), '') AS order_name
FROM typed AS g
