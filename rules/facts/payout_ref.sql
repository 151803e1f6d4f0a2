/*
title = "How Odoo's entries name a payout"
kind = "fact"
why = "By its id, alone or with its day, and by what our own entries add where they take it back, where it failed and where its lines moved on."
reads = ["payout_fact"]
*/
SELECT account, entity, payout_id, payout_id AS ref FROM payout_fact
UNION SELECT account, entity, payout_id, concat(payout_id, ' reversed') FROM payout_fact
UNION SELECT account, entity, payout_id, concat(payout_id, ' failed') FROM payout_fact
UNION SELECT account, entity, payout_id, concat(payout_id, ' moved') FROM payout_fact
UNION SELECT account, entity, payout_id, concat(payout_id, ' / ', CAST(paid_on AS VARCHAR)) FROM payout_fact
