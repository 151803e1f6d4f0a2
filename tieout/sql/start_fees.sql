-- What each card sale of a processor's file cost, for the schedule that explains most of them.
SELECT account AS look, currency, gross, - (fee + fee_tax) AS fee, min(row_no) AS row_no, count(*) AS lines
FROM look.settlement_line WHERE bucket = 'sale' AND gross > 0 AND fee < 0 GROUP BY account, currency, gross, fee + fee_tax ORDER BY look, currency, gross, fee
