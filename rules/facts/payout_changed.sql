/*
title = "Payouts by what lines that changed later give or take"
kind = "fact"
why = "A line that moved to another payout is missing in the first one and too much in the second; what a payout, its bank line and its entry differ by then is that change. The row of the transfer itself is no line of it."
reads = ["line_changed"]
*/
WITH part AS (
  SELECT account, payout_id, payout_change AS change FROM line_changed WHERE payout_id IS NOT NULL AND bucket <> 'payout'
  UNION ALL
  SELECT account, payout_before, - net_before FROM line_changed WHERE payout_before IS NOT NULL AND bucket <> 'payout'
)
SELECT account, payout_id, sum(change) AS change FROM part GROUP BY account, payout_id
