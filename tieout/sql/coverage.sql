-- What is controlled: each source with what its rules looked at, each rule with whether it had anything to look at.
DELETE FROM coverage;
INSERT INTO coverage
SELECT 'source', c.source, count(DISTINCT r.rule), CASE WHEN c.lines = 0 THEN 'no_source' ELSE 'controlled' END
FROM completeness AS c LEFT JOIN rule_run AS r ON r.kind = 'check' GROUP BY c.source, c.lines
UNION
SELECT 'rule', rule, 1, 'controlled' FROM rule_run WHERE kind = 'check'
ORDER BY 1, 2;
