-- Months and what became of them.
SELECT entity, period, state, closed_at, closed_by FROM period WHERE $entity = '' OR entity = $entity ORDER BY entity, period
