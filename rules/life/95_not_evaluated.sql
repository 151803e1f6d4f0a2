/*
title = "Subjects that each rule did not look at"
kind = "life"
why = "Their day lies beyond a source that the rule needs, or that source was never landed. A rule whose pack no entity has switched on was asked nothing."
reads = ["horizon", "pack_on", "rule_need", "rule_pack", "subject_count", "watermark_fact"]
makes = []
*/
WITH beyond AS (
  SELECT n.name, sum(CASE WHEN h.complete_until IS NULL OR c.day > h.complete_until THEN c.subjects ELSE 0 END) AS subjects
  FROM (SELECT DISTINCT name, subject_kind FROM fact.rule_need) AS n
  JOIN fact.subject_count AS c ON c.subject_kind = n.subject_kind
  LEFT JOIN fact.horizon AS h ON h.name = n.name AND h.entity IS NOT DISTINCT FROM c.entity AND h.store IS NOT DISTINCT FROM c.store AND h.account IS NOT DISTINCT FROM c.account
    AND h.bank_account IS NOT DISTINCT FROM c.bank_account
  GROUP BY n.name
), lacking AS (
  SELECT DISTINCT name FROM fact.rule_need AS n WHERE NOT EXISTS (SELECT 1 FROM fact.watermark_fact AS w WHERE w.source = n.source)
), off AS (
  SELECT p.name FROM fact.rule_pack AS p WHERE NOT EXISTS (SELECT 1 FROM fact.pack_on AS k WHERE k.pack = p.pack)
)
SELECT n.name, CASE WHEN p.name IS NOT NULL THEN 'off' WHEN l.name IS NULL THEN 'ran' ELSE 'no_source' END AS state, CASE WHEN p.name IS NULL THEN coalesce(b.subjects, 0) ELSE 0 END AS subjects
FROM (SELECT name FROM fact.rule_need UNION SELECT name FROM off) AS n LEFT JOIN beyond AS b ON b.name = n.name LEFT JOIN lacking AS l ON l.name = n.name LEFT JOIN off AS p ON p.name = n.name
