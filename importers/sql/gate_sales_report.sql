-- The first day whose sums do not hold; a sum is looked at where the report has all its parts.
SELECT row_no, CASE WHEN net_sales <> gross_sales + discounts + returns THEN 'Net sales' ELSE 'Total sales' END AS what
FROM gated
WHERE net_sales <> gross_sales + discounts + returns OR total_sales <> net_sales + shipping + duties + additional_fees + taxes
ORDER BY row_no LIMIT 1
