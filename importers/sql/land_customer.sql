-- A customer is known by the best key that the file has of it.
SELECT t.*, coalesce(id_key, email_key, phone_key, concat('without a key ', row_number() OVER (PARTITION BY coalesce(id_key, email_key, phone_key) ORDER BY orders, total_spent, row_no))) AS customer_key
FROM stage.typed AS t
