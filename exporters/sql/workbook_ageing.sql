-- Open exceptions by age in business days.
SELECT code, currency, count(*) FILTER (WHERE age_days <= 1), count(*) FILTER (WHERE age_days BETWEEN 2 AND 5), count(*) FILTER (WHERE age_days BETWEEN 6 AND 10), count(*) FILTER (WHERE age_days BETWEEN 11 AND 20), count(*) FILTER (WHERE age_days > 20), count(*), coalesce(sum(abs(difference)), 0)
FROM exception WHERE state IN ('open', 'review') GROUP BY code, currency ORDER BY code, currency
