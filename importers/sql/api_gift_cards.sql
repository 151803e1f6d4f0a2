-- Movements of gift cards: children of their card, or objects with it.
SELECT l.row_no, l.j, coalesce(l.parent, json_extract_string(l.j, '$.giftCard.id')) AS card_gid, CASE WHEN l.kind = 'GiftCardDebitTransaction' THEN 'debit' ELSE 'credit' END AS movement
FROM stage.lines AS l
WHERE l.kind IN ('GiftCardCreditTransaction', 'GiftCardDebitTransaction')
