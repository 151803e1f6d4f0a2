-- Lines that completeness tells of each table.
SELECT source, CAST(sum(lines) AS BIGINT) FROM completeness GROUP BY source
