-- Fees of the summary are positive where they are paid; the day of a payout is that of its moment in the account's zone, of a mere date that date.
SELECT t.* EXCLUDE (retried, advances), coalesce(utc_day, local_day) AS paid_on, coalesce(retried, 0) + coalesce(advances, 0) AS other,
  - (coalesce(charges_fee, 0) + coalesce(refunds_fee, 0) + coalesce(adjustments_fee, 0) + coalesce(reserved_fee, 0) + coalesce(retried_fee, 0) + coalesce(advance_fee, 0)) AS fees
FROM stage.declared AS t
