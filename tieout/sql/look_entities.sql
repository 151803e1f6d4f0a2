-- The names of the entities.
SELECT DISTINCT entity FROM map_entity ORDER BY entity
