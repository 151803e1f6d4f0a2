-- Payouts whose id has the word in it, or begins as it does; else the last ones.
WITH ranked AS (
  SELECT payout_id, paid_on, CASE WHEN position(lower($word) IN lower(payout_id)) > 0 THEN 0 WHEN left(lower(payout_id), 4) = left(lower($word), 4) THEN 1 ELSE 2 END AS far FROM payout_proof WHERE payout_id IS NOT NULL
)
SELECT payout_id, far < 2 AS near FROM ranked WHERE far < 2 OR NOT EXISTS (SELECT 1 FROM ranked AS r WHERE r.far < 2) ORDER BY far, paid_on DESC NULLS LAST, payout_id LIMIT 5
