-- From which day coverage speaks: the month of the newest day that any source covers, and the month before it. Days beyond the business date are mistakes of a source.
CREATE OR REPLACE TABLE fact.coverage_period AS
SELECT CAST(date_trunc('month', coalesce(max(w.complete_until) FILTER (WHERE w.complete_until <= r.as_of), r.as_of)) - INTERVAL 1 MONTH AS DATE) AS seen_from
FROM fact.run_context AS r LEFT JOIN fact.watermark_fact AS w ON TRUE GROUP BY r.as_of
