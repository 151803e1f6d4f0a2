-- What processors call the companies that they pay.
SELECT DISTINCT trim(entity_hint) FROM (SELECT entity_hint FROM look.settlement_line UNION ALL SELECT entity_hint FROM look.payout) WHERE trim(entity_hint) <> ''
