-- VAT on the fee stands inside Fee in some shops' exports and beside it in others: the reading that closes most rows of the file is taken, and the fee is kept without its VAT.
WITH reading AS (
  SELECT count(*) FILTER (WHERE gross + fee = net_stated) > count(*) FILTER (WHERE gross + fee + fee_tax = net_stated) AS inside
  FROM stage.declared WHERE fee_tax <> 0
)
SELECT t.* REPLACE (CASE WHEN r.inside AND t.fee_tax <> 0 THEN CAST(t.fee - t.fee_tax AS DECIMAL(18,4)) ELSE t.fee END AS fee)
FROM stage.declared AS t CROSS JOIN reading AS r
