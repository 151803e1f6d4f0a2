-- Books in memory for the cases of the rules.
ATTACH ':memory:' AS ledger;
ATTACH ':memory:' AS fact;
USE ledger;
SET search_path = 'ledger.main,fact.main';
