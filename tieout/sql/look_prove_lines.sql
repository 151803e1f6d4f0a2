-- Its lines.
SELECT booked_on, line_id, native_type, bucket, order_name, gross, fee + fee_tax AS fee, net, currency, left(file_id, 12) AS file_id, row_no FROM line_fact WHERE account = $account AND payout_id = $payout ORDER BY occurred_at, line_id
