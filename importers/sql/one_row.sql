-- One row to hang constants on.
SELECT 1 AS one
