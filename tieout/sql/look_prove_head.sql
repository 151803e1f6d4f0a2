-- The proof of one payout.
SELECT account, payout_id, entity, currency, status, paid_on, bank_amount, payout_amount, lines_net, residual, bank_line_key, order_lines, unexplained_lines, entry_ref, clearing_movement, state, why FROM payout_proof WHERE payout_id = $payout OR concat(account, '/', payout_id) = $payout ORDER BY account
