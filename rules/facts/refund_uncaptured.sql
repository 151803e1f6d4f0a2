/*
title = "Orders that were refunded although nothing was ever captured"
kind = "fact"
why = "An order that was made after the first payment that is known of its store, so that no payment of it lies before the exports."
reads = ["order_fact", "tender"]
*/
WITH moved AS (
  SELECT store, order_name, currency, sum(amount) AS refunded, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY ordinal) AS evidence FROM tender GROUP BY store, order_name, currency HAVING bool_and(side = 'refund') AND sum(amount) > 0
), begun AS (
  SELECT store, min(created_on) AS first_on FROM tender GROUP BY store
)
SELECT m.store, m.order_name, m.currency, m.refunded, m.evidence
FROM moved AS m JOIN begun AS b ON b.store = m.store JOIN order_fact AS o ON o.store = m.store AND o.order_name = m.order_name AND o.currency = m.currency AND o.created_on > b.first_on
WHERE NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.store = m.store AND t.order_name = m.order_name AND t.side <> 'refund')
