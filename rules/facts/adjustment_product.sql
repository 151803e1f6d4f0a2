/*
title = "Products that stand for forced adjustments"
kind = "fact"
why = "Some connectors make a total fit with a line of a product that is no goods: the policy `adjustment_products` of policies.csv names it, by internal reference or name, several with commas between. Without the policy nothing is known of such lines."
reads = ["map_policy"]
*/
SELECT DISTINCT w.entity, trim(w.word) AS word, w.valid_from, w.valid_to
FROM (SELECT entity, valid_from, valid_to, unnest(string_split(lower(value), ',')) AS word FROM map_policy WHERE policy = 'adjustment_products') AS w
WHERE trim(w.word) <> ''
