-- PayPal's activity: the balance that stands in each row against the one before; a download begins with its oldest or with its newest row.
WITH beside AS (
  SELECT row_no, currency, net, balance, lag(balance) OVER place AS above, lead(balance) OVER place AS below FROM stage.balances WINDOW place AS (PARTITION BY currency ORDER BY row_no)
), way AS (
  SELECT count(*) FILTER (WHERE balance - above <> net) <= count(*) FILTER (WHERE balance - below <> net) AS down FROM beside
)
SELECT b.row_no, 'Balance' AS name,
  concat('the balance of ', b.currency, ' moves by ', CASE WHEN w.down THEN b.balance - b.above ELSE b.balance - b.below END, ' and the row by ', b.net) AS what
FROM beside AS b CROSS JOIN way AS w
WHERE CASE WHEN w.down THEN b.balance - b.above <> b.net ELSE b.balance - b.below <> b.net END
ORDER BY b.row_no LIMIT 1
