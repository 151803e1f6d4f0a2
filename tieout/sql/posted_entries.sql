-- The journal entries that the judgement of the copy prepared by one rule.
SELECT j.* FROM pub.main.journal_entry AS j CROSS JOIN fact.run_context AS c WHERE j.run_id = c.run_id AND j.kind <> 'J-20' AND j.rule_sha256 = $rule_sha256
