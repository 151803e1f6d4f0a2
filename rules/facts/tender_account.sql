/*
title = "Accounts of gateways.csv that nobody pays out"
kind = "fact"
why = "A gift card or store credit pays with what the shop owes already: no money moves. Cash on delivery, a bank transfer and what is marked as paid by hand come without a processor. Rules about processors do not look at them."
reads = []
*/
SELECT account, moves_money, role FROM (VALUES
  ('gift_card', FALSE, 'gift_card_liability'),
  ('store_credit', FALSE, 'gift_card_liability'),
  ('cash_on_delivery', TRUE, 'clearing'),
  ('bank_transfer', TRUE, 'bank'),
  ('manual', TRUE, 'bank')
) AS t(account, moves_money, role)
