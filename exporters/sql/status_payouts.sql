-- Payouts by state.
SELECT count(*) FILTER (WHERE state = 'proven'), count(*) FILTER (WHERE state = 'in_transit'), count(*) FILTER (WHERE state = 'broken'), count(*) FILTER (WHERE state = 'returned') FROM payout_proof
