/*
title = "Balance of store credit is not what moved"
kind = "check"
rule = "G-08"
code = "STORE_CREDIT_DIFF"
severity = "high"
class = "CONTROL"
subject = "store_credit"
owner = "accounting"
why = "Each balance is the one before and the movement. A break is told once, where it begins: what follows carries it on."
suggestion = "Fetch the movements of the account again; look it up in the shop."
reads = ["store_credit_fact"]
waits_for = ["store_credit_movement"]
against = ["store_credit_fact"]
*/
WITH off AS (
  SELECT entity, store, credit_account, currency, value, stated, moved_on, file_id, row_no, place,
    stated - value - coalesce(lag(stated - value) OVER (PARTITION BY store, credit_account, currency ORDER BY place), 0) AS step
  FROM store_credit_fact WHERE is_last_of_moment AND stated IS NOT NULL
)
SELECT entity, store, concat(store, '/', credit_account) AS subject_key, CAST(sum(stated - step) AS DECIMAL(18,4)) AS expected, CAST(sum(stated) AS DECIMAL(18,4)) AS actual, CAST(sum(step) AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on,
  concat('On ', CAST(min(moved_on) AS VARCHAR), ' the balance of the account is ', CAST(min_by(stated, place) AS VARCHAR), '; with its movements it would be ', CAST(min_by(stated - step, place) AS VARCHAR), CASE WHEN count(*) > 1 THEN concat('; so on ', CAST(count(*) AS VARCHAR), ' days') ELSE '' END, '.') AS cause,
  string_agg(concat(file_id, ':', row_no), ' ' ORDER BY place) AS evidence, NULL AS candidates
FROM off WHERE step <> 0
GROUP BY entity, store, credit_account, currency
ORDER BY subject_key
