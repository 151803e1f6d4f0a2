-- What one person may write off of an entity, where the exception is in the entity's own currency.
SELECT p.value FROM fact.map_policy AS p JOIN fact.map_entity AS e ON e.entity = p.entity AND e.base_currency = $currency AND CAST($day AS DATE) BETWEEN e.valid_from AND e.valid_to
WHERE p.entity = $entity AND p.policy = 'writeoff_limit' AND CAST($day AS DATE) BETWEEN p.valid_from AND p.valid_to
