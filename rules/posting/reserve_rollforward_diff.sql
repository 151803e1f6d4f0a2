/*
title = "Reserve in Odoo is not what the processor holds"
kind = "check"
rule = "V-01"
code = "RESERVE_ROLLFORWARD_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "Only what payouts hold and release moves the reserve, or what the processor holds outside of them; anything else on its account is money that nobody holds, and so is a reserve that was released beyond what was ever held. A payout that is booked twice, otherwise or not at all is a finding of its own."
suggestion = "Look at the entries on the account that belong to no payout; reverse them, or ask the processor for its list of holds."
reads = ["reserve_roll", "cutover"]
needs = ["settlement_line", "odoo_journal_item"]
*/
WITH last AS (
  SELECT entity, account, max(period) AS period FROM reserve_roll GROUP BY entity, account
), named AS (
  SELECT entity, account, string_agg(evidence, ' ' ORDER BY period) AS evidence FROM reserve_roll GROUP BY entity, account
)
SELECT r.entity, NULL AS store, concat(r.entity, '/processor_reserve/', r.account, '/', r.currency) AS subject_key, r.closing AS expected, r.stated AS actual, CASE WHEN r.other <> r.loose AND r.other <> 0 THEN r.other ELSE r.closing END AS difference, r.currency, NULL AS due_on,
  CASE WHEN r.other <> r.loose AND r.other <> 0 THEN concat('Account ', r.account, ' has ', CAST(r.stated AS VARCHAR), ' in Odoo, payouts hold ', CAST(r.closing AS VARCHAR), '; entries of no payout moved ', CAST(r.other AS VARCHAR), '.')
    ELSE concat('Of the reserve on account ', r.account, ' ', CAST(- r.closing AS VARCHAR), ' more was released than was held at the cut-over and since.') END AS cause,
  n.evidence, NULL AS candidates
FROM reserve_roll AS r JOIN last AS l ON l.entity = r.entity AND l.account = r.account AND l.period = r.period JOIN named AS n ON n.entity = r.entity AND n.account = r.account LEFT JOIN cutover AS c ON c.entity = r.entity
WHERE r.other <> r.loose AND r.other <> 0 OR r.closing < 0 AND c.entity IS NOT NULL
ORDER BY subject_key
