-- One month of one entity.
SELECT state FROM ledger.main.period WHERE entity = $entity AND period = $period
