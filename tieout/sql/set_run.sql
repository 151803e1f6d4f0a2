-- The run's id for statements that come in several parts.
SET VARIABLE run_id = $run_id
