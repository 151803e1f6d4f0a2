-- Names are left empty by most registers.
SELECT t.*, coalesce(own_name, '') AS payment_name
FROM stage.typed AS t
