/*
title = "Packs of checks that an entity has switched on"
kind = "fact"
why = "A pack judges what happened from the day on which the policy `pack_…` of its entity says on; where no row says so it is off, and coverage calls its checks not controlled."
reads = ["map_policy", "run_context"]
*/
SELECT p.entity, substr(p.policy, 6) AS pack, max(p.valid_from) AS since
FROM map_policy AS p JOIN run_context AS r ON r.as_of BETWEEN p.valid_from AND p.valid_to
WHERE starts_with(p.policy, 'pack_') AND p.value = 'on'
GROUP BY p.entity, p.policy
