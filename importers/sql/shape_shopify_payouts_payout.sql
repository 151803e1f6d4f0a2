-- Shopify's list of payouts: the small summary columns together, fees with the sign that closes most rows.
WITH signed AS (
  SELECT t.*, coalesce(marketplace_tax, 0) + coalesce(advances, 0) + coalesce(retried, 0) AS other,
    coalesce(charges, 0) + coalesce(refunds, 0) + coalesce(adjustments, 0) + coalesce(reserved, 0)
      + coalesce(marketplace_tax, 0) + coalesce(advances, 0) + coalesce(retried, 0) AS rest
  FROM stage.declared AS t
), voted AS (
  SELECT count(*) FILTER (WHERE rest + fees = amount) AS negative, count(*) FILTER (WHERE rest - fees = amount) AS positive FROM signed
)
SELECT s.* REPLACE (CASE WHEN positive > negative THEN - fees ELSE fees END AS fees)
FROM signed AS s CROSS JOIN voted
