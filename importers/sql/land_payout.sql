-- A payout without an id is known by its day, currency, bank reference, and total where it has no reference.
SELECT row_no, feed_owner AS account,
  coalesce(payout_id, concat_ws('/', paid_on, currency, coalesce(bank_reference, concat('no reference ', amount, ' ',
    row_number() OVER (PARTITION BY paid_on, currency, bank_reference, amount ORDER BY row_no))))) AS payout_key,
  payout_id, coalesce(status, 'paid') AS status, paid_on, amount, currency, bank_reference, charges, refunds, adjustments, reserved, fees, other, entity_hint, broken
FROM stage.typed
