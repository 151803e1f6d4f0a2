/*
title = "How many exceptions there are"
kind = "life"
why = "What every output prints, so that no two of them can differ."
reads = ["exception"]
makes = ["exception_total"]
*/
DELETE FROM exception_total;
INSERT INTO exception_total
SELECT CASE WHEN state IN ('open', 'review') THEN 'to_decide' WHEN state = 'in_transit' THEN 'waiting' WHEN state = 'before_cutover' THEN 'before_cutover' ELSE 'closed' END,
  state, code, severity, class, coalesce(currency, ''), count(*), coalesce(sum(abs(difference)), 0), max(age_days)
FROM exception GROUP BY state, code, severity, class, coalesce(currency, '') ORDER BY ALL;
