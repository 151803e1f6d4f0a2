-- Its buckets.
SELECT bucket, lines, amount FROM payout_bucket WHERE account = $account AND payout_id = $payout ORDER BY bucket
