-- Payouts. The moment of issue at midnight UTC is a mere date.
SELECT row_no, j, CASE WHEN json_extract_string(j, '$.issuedAt') LIKE '%T00:00:00Z' THEN left(json_extract_string(j, '$.issuedAt'), 10) END AS utc_day
FROM stage.lines WHERE kind = 'ShopifyPaymentsPayout'
