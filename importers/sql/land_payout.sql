-- A payout of a list without ids is known by date, currency, bank reference and total; fees carry the sign that closes most rows.
WITH signed AS (
  SELECT t.*, t.feed_owner AS owner, coalesce(marketplace_tax, 0) + coalesce(advances, 0) + coalesce(retried, 0) AS other,
    coalesce(charges, 0) + coalesce(refunds, 0) + coalesce(adjustments, 0) + coalesce(reserved, 0)
      + coalesce(marketplace_tax, 0) + coalesce(advances, 0) + coalesce(retried, 0) AS rest
  FROM typed AS t
), voted AS (
  SELECT count(*) FILTER (WHERE rest + fees = amount) AS negative, count(*) FILTER (WHERE rest - fees = amount) AS positive FROM signed
)
SELECT row_no, owner AS account,
  coalesce(payout_id, concat_ws('/', paid_on, currency, coalesce(bank_reference, concat('no reference ', amount, ' ',
    row_number() OVER (PARTITION BY paid_on, currency, bank_reference, amount ORDER BY row_no))))) AS payout_key,
  payout_id, status, paid_on, amount, currency, bank_reference, charges, refunds, adjustments, reserved,
  CASE WHEN positive > negative THEN - fees ELSE fees END AS fees, other, entity_hint, broken
FROM signed CROSS JOIN voted
