-- Rules that need a source of which nothing was ever landed: they can say nothing.
SELECT DISTINCT name FROM fact.rule_need AS n WHERE NOT EXISTS (SELECT 1 FROM fact.watermark_fact AS w WHERE w.source = n.source)
