-- Affirm: a deposit is of one day. Before August 2024 the column held the day of each event instead.
SELECT row_no, 'date' AS name, 'rows of one deposit have different dates: the layout from before August 2024, where the date is that of the event' AS what
FROM stage.affirm_settlement_settlement_line
QUALIFY payout_id IS NOT NULL AND payout_on <> min(payout_on) OVER (PARTITION BY payout_id)
ORDER BY row_no LIMIT 1
