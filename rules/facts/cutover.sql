/*
title = "From when each entity keeps its books here"
kind = "fact"
why = "What belongs before the cut-over proves payouts and balances; it raises nothing and is not booked."
reads = ["map_policy", "run_context"]
*/
SELECT p.entity, max(TRY_CAST(p.value AS DATE)) AS cutover_on
FROM map_policy AS p JOIN run_context AS r ON r.as_of BETWEEN p.valid_from AND p.valid_to
WHERE p.policy = 'cutover_on' AND TRY_CAST(p.value AS DATE) IS NOT NULL
GROUP BY p.entity
