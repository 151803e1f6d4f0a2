-- Their debits and credits.
SELECT l.* FROM pub.main.journal_line AS l WHERE l.entry_id IN (SELECT j.entry_id FROM pub.main.journal_entry AS j CROSS JOIN fact.run_context AS c WHERE j.run_id = c.run_id AND j.kind <> 'J-20' AND j.rule_sha256 = $rule_sha256)
