-- The currencies of which the files speak.
SELECT currency FROM (
  SELECT currency FROM look.sales_order UNION SELECT currency FROM look.settlement_line UNION SELECT currency FROM look.payout UNION SELECT currency FROM look.bank_line
) WHERE currency <> $unsaid ORDER BY currency
