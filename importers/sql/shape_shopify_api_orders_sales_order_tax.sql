-- The name of a tax as the orders export writes it: with its rate.
SELECT t.*, CASE WHEN percent IS NOT NULL THEN concat(title, ' ', regexp_replace(percent, '\.0$', ''), '%') ELSE title END AS tax_name
FROM stage.declared AS t
