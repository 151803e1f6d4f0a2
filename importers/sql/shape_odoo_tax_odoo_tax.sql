-- What is in effect goes first, then the choice of the tax, then the company's default. A tax without a choice is a no up to Odoo 17, which knows
-- yes and no alone; from 18 on, told by its words, it is not known.
SELECT t.*, said IN ('yes', 'tax_included') AS price_include
FROM (
  SELECT u.*, coalesce(in_effect, chosen, nullif(override, 'company'), company_default, CASE WHEN NOT chooses THEN 'no' END) AS said
  FROM (
    SELECT *, override IS NOT NULL OR coalesce(bool_or(chosen LIKE 'tax%' OR computation_word IN ('percentage', 'percentage tax included')) OVER (), FALSE) AS chooses
    FROM stage.declared
  ) AS u
) AS t
