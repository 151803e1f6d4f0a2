-- Names and agencies are left empty by most registers.
SELECT t.*, coalesce(own_name, '') AS case_name, coalesce(own_agency, '') AS agency
FROM stage.typed AS t
