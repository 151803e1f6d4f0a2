/*
title = "What each rule allows as rounding, per entity and currency"
kind = "fact"
why = "A tolerance is written as an amount, or in smallest units of the currency: 1 unit is a cent, a yen, or a fils."
reads = ["rule_parameter", "currency_unit"]
*/
SELECT p.rule, p.name, p.entity, u.currency,
  CASE WHEN p.value LIKE '% unit%' THEN CAST(CAST(split_part(p.value, ' ', 1) AS DECIMAL(9,4)) * u.unit AS DECIMAL(18,4)) ELSE CAST(p.value AS DECIMAL(18,4)) END AS amount
FROM rule_parameter AS p
CROSS JOIN currency_unit AS u
WHERE p.name IN ('absolute', 'per_line', 'cap', 'charge')
