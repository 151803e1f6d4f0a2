-- What waits in each exception and in each cause of the sheet Today: how many of a kind, and their money by currency. `cause` is the place of the cause where the row sums all of its exceptions.
WITH told AS (
  SELECT d.exception_id, CAST(NULL AS BIGINT) AS cause, d.subject_kind, d.subject_key, d.currency, d.amount FROM exception_dependant AS d
  UNION ALL
  SELECT NULL, k.cause_place, d.subject_kind, d.subject_key, d.currency, d.amount FROM exception_dependant AS d JOIN exception_cause AS k ON k.exception_id = d.exception_id
)
SELECT exception_id, cause, subject_kind, currency, count(DISTINCT subject_key) AS subjects, sum(amount) AS amount
FROM told GROUP BY exception_id, cause, subject_kind, currency ORDER BY exception_id, cause, subject_kind, currency
