-- Payouts by state.
SELECT state, count(*) FROM payout_proof GROUP BY state ORDER BY state
