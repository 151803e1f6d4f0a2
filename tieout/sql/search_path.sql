-- Plain names mean the books first, then the facts.
SET search_path = 'ledger.main,fact.main'
