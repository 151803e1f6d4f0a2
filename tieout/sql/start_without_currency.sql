-- Processors' files with rows whose currency is that of their account, which is not known yet.
SELECT account FROM look.settlement_line WHERE currency = $unsaid UNION SELECT account FROM look.payout WHERE currency = $unsaid ORDER BY account
